package export_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/omasuunta/omasuunta/internal/export"
)

func ExampleDistributionTable() {
	var b strings.Builder
	if err := export.DistributionTable(&b, published(1), finnish()); err != nil {
		fmt.Println(err)
	}
	fmt.Println(strings.Join(strings.Split(b.String(), "\n")[:9], "\n"))
	// Output:
	// Asiakkuuksien jakauma
	// 5.5.2023–12.11.2023 · n = 86
	//
	// Asiakkuudet         Määrä  Osuus
	// ────────────────────────────────
	// Omatoimiasiakkuus      40   47 %
	// Yhteisöasiakkuus        8    9 %
	// Yhteistyöasiakkuus     15   17 %
	// Verkostoasiakkuus      23   27 %
}

func ExampleDistributionCSV() {
	var b strings.Builder
	if err := export.DistributionCSV(&b, published(1), finnish(), export.Standard); err != nil {
		fmt.Println(err)
	}
	fmt.Println(strings.Join(strings.Split(b.String(), "\n")[:6], "\n"))
	// Output:
	// table,code,label,segment,count,percent,suppressed
	// total,n,Asiakkuuksien jakauma,,86,,false
	// segments,omatoimi,Omatoimiasiakkuus,omatoimi,40,47,false
	// segments,yhteiso,Yhteisöasiakkuus,yhteiso,8,9,false
	// segments,yhteistyo,Yhteistyöasiakkuus,yhteistyo,15,17,false
	// segments,verkosto,Verkostoasiakkuus,verkosto,23,27,false
}

func ExampleNewCSV() {
	out := export.NewCSV(os.Stdout, export.Standard)
	_ = out.Row("comment", "score")
	_ = out.Row("=SUM(A1:A9)", 82.5)
	_ = out.Flush()
	// Output:
	// comment,score
	// '=SUM(A1:A9),82.5
}
