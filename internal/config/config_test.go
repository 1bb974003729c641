package config_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/config"
)

func TestCheckReportsEveryProblemAtOnceAndNoSecret(t *testing.T) {
	err := config.Serve{Addr: "nowhere", Database: "mysql://root:hunter2@db/x", PublicURL: "ftp://x", Proxies: []string{"10.0.0.0/8", "somewhere"}, CallsPerSecond: -1}.Check()
	if err == nil {
		t.Fatal("five mistakes and no error")
	}
	for _, flag := range []string{"--addr", "--database", "--public-url", "--trusted-proxy", "--calls-per-second"} {
		if !strings.Contains(err.Error(), flag) {
			t.Errorf("the problem with %s is not named: %v", flag, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the error shows the password")
	}
	ok := config.Serve{Addr: "127.0.0.1:0", Database: config.DefaultDatabase, PublicURL: "https://omasuunta.example.org", Proxies: []string{"10.0.0.0/8", "192.0.2.7", "::1"}, CallsPerSecond: config.DefaultCallsPerSecond}
	if err := ok.Check(); err != nil {
		t.Errorf("a right configuration is refused: %v", err)
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	c := config.Serve{Database: "postgres://u:hunter2@db/x"}
	js, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), c.Database.String(), string(js)} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("printed: %s", text)
		}
	}
}
