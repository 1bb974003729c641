//go:build !linux

package testkit

import (
	"os"
	"os/exec"
)

// account has no use here: tests run as an ordinary user.
type account struct{}

func serverAccount() (*account, error) { return nil, nil }

func (*account) own(string) error { return nil }

func (*account) become(*exec.Cmd) {}

// dieWithParent has no portable equal; Main stops the cluster all the same.
func dieWithParent(*exec.Cmd) {}

func inMemory() []string { return nil }

func hold(string) (*os.File, error) { return nil, nil }

func sweep(string) {}
