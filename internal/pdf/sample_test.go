package pdf_test

import (
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

var (
	body  = pdf.Ink{Size: 14, Colour: "#1b2430"}
	bold  = pdf.Ink{Font: pdf.Bold, Size: 14, Colour: "#1b2430"}
	title = pdf.Ink{Font: pdf.Bold, Size: 24, Colour: "#1b2430"}
	link  = pdf.Ink{Size: 14, Colour: "#2a6fdb"}
)

var sampleInfo = pdf.Info{
	Title: "Näyte – kaikki kerralla", Subject: "Mitä kirjoitin osaa", Language: "fi",
	Created: time.Date(2023, time.November, 12, 8, 42, 0, 0, time.UTC),
}

// sample is a file with every role, over two pages.
func sample(t testing.TB) (*pdf.Writer, []byte) {
	t.Helper()
	w := pdf.New(sampleInfo)
	w.AddPage()
	element := func(e pdf.Element, draw func()) {
		w.Begin(e)
		draw()
		w.End()
	}
	text := func(role pdf.Role, x, y float64, ink pdf.Ink, s string) {
		element(pdf.Element{Role: role}, func() { w.Text(x, y, ink, s) })
	}
	w.Begin(pdf.Element{Role: pdf.Section})
	w.Bookmark(1, "Työpäivä (þ)", 60)
	text(pdf.H1, 60, 80, title, "Työpäivä")
	element(pdf.Element{Role: pdf.P}, func() {
		w.Text(60, 110, body, "Ensimmäinen rivi jatkuu seuraa\u00AD")
		w.Text(60, 130, body, "valle, AVATAR ja x̌q̃̂. ")
		element(pdf.Element{Role: pdf.Span, Language: "sv"}, func() { w.Text(250, 130, bold, "På svenska. ") })
		element(pdf.Element{Role: pdf.Link, Alt: "Lisää tietoa verkossa"}, func() {
			w.Text(340, 130, link, "Lisää tietoa")
			w.LinkArea(pdf.Box{X: 340, Y: 118, W: 80, H: 16}, "https://example.org/a b?(c)=ä#d")
		})
		w.Text(60, 150, body, "Nimi 山田 👩‍👩‍👧 ja \x07 ovat yksi\u00A0merkki kukin.")
	})
	w.Bookmark(2, "Luettelo", 170)
	text(pdf.H2, 60, 190, bold, "Luettelo")
	element(pdf.Element{Role: pdf.List, Numbering: "Disc"}, func() {
		for i, item := range []string{"Ensin tämä", "Sitten tuo"} {
			y := 215 + 20*float64(i)
			element(pdf.Element{Role: pdf.ListItem}, func() {
				text(pdf.Label, 60, y, body, "•")
				text(pdf.ListBody, 76, y, body, item)
			})
		}
	})
	element(pdf.Element{Role: pdf.BlockQuote}, func() { text(pdf.P, 80, 265, body, "”Näin sanoin itse.”") })
	text(pdf.H3, 60, 290, bold, "Taulukko")
	w.Artifact(pdf.Layout, func() {
		w.Line(60, 322, 400, 322, pdf.Paint{Stroke: "#1b2430", Width: 0.75})
		w.Rect(pdf.Box{X: 60, Y: 300, W: 340, H: 22}, 4, pdf.Paint{Fill: "#d8efe6"})
	})
	element(pdf.Element{Role: pdf.Table}, func() {
		element(pdf.Element{Role: pdf.TableHead}, func() {
			element(pdf.Element{Role: pdf.TableRow}, func() {
				for i, head := range []string{"Mitä", "Kuka"} {
					element(pdf.Element{Role: pdf.TableHeaderCell, Scope: "Column"}, func() { w.Text(64+170*float64(i), 316, bold, head) })
				}
			})
		})
		element(pdf.Element{Role: pdf.TableBody}, func() {
			element(pdf.Element{Role: pdf.TableRow}, func() {
				element(pdf.Element{Role: pdf.TableHeaderCell, Scope: "Row"}, func() { text(pdf.P, 64, 340, body, "Soitto") })
				element(pdf.Element{Role: pdf.TableDataCell}, func() { w.Text(234, 340, body, "Minä") })
			})
			w.AddPage()
			element(pdf.Element{Role: pdf.TableRow}, func() {
				element(pdf.Element{Role: pdf.TableHeaderCell, Scope: "Row"}, func() { w.Text(64, 80, body, "Käynti") })
				element(pdf.Element{Role: pdf.TableDataCell}, func() {})
			})
		})
	})
	text(pdf.H4, 60, 110, bold, "Kuvio")
	element(pdf.Element{Role: pdf.Division}, func() {
		bounds := pdf.Box{X: 60, Y: 120, W: 200, H: 200}
		element(pdf.Element{Role: pdf.Figure, Alt: "Paikka kentällä: oikealla alhaalla.", Bounds: bounds}, func() {
			w.Rect(bounds, 0, pdf.Paint{Stroke: "#1b2430", Width: 1})
			w.Circle(220, 280, 60, &bounds, pdf.Paint{Fill: "#0b5d46", Opacity: 0.25})
			w.Circle(220, 280, 10, nil, pdf.Paint{Fill: "#0b5d46", Stroke: "#ffffff", Width: 2})
			w.Line(60, 220, 260, 220, pdf.Paint{Stroke: "#1b2430", Width: 0.5, Dash: 3})
			w.Text(70, 140, body, "Voimavarat")
		})
	})
	text(pdf.P, 60, 350, body, "Ελληνικά, Кириллица, ☐ ☑ 1 234,5 ½")
	w.Artifact(pdf.Pagination, func() { w.Text(60, 810, body, "Sivu 2 / 2 山") })
	w.End()
	data, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return w, data
}

// sampleStructure is what pdfinfo -struct-text tells of the sample. It shows the
// boxes themselves, not what is read in their stead.
const sampleStructure = `Document
  Sect
    H1 (block)
      "Työpäivä"
    P (block)
      "Ensimmäinen rivi jatkuu seuraavalle, AVATAR ja x̌q̃̂. "
      Span (inline)
        "På svenska. "
      Link (inline)
        "Lisää tietoa"
        Object 17 0
      "Nimi "
      Span (inline)
        "□□"
      " "
      Span (inline)
        "□"
      " ja "
      Span (inline)
        "□"
      " ovat yksi merkki kukin."
    H2 (block)
      "Luettelo"
    L (block):
       /ListNumbering /Disc
      LI (block)
        Lbl (block)
          "•"
        LBody (block)
          "Ensin tämä"
      LI (block)
        Lbl (block)
          "•"
        LBody (block)
          "Sitten tuo"
    BlockQuote
      P (block)
        "”Näin sanoin itse.”"
    H3 (block)
      "Taulukko"
    Table (block)
      THead
        TR
          TH:
             /Scope /Column
            "Mitä"
          TH:
             /Scope /Column
            "Kuka"
      TBody
        TR
          TH:
             /Scope /Row
            P (block)
              "Soitto"
          TD
            "Minä"
        TR
          TH:
             /Scope /Row
            "Käynti"
          TD
    H4 (block)
      "Kuvio"
    Div
      Figure:
         /BBox [60 521.89 260 721.89]
        "Voimavarat"
    P (block)
      "Ελληνικά, Кириллица, ☐ ☑ 1 234,5 ½"
`
