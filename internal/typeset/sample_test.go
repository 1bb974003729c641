package typeset

import (
	"strconv"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// sample is a document with every kind of block, of two or three pages.
func sample() Document {
	soft := figure.Light().Marks[segment.SelfActing]
	return Document{
		Title: "Näyte kaikista lohkoista", Subject: "Näyte", Language: "fi",
		Created: time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC),
		Foot:    "Omasuunta, näyte",
		PageOf:  func(page, of int) string { return "Sivu " + strconv.Itoa(page) + " / " + strconv.Itoa(of) },
		Blocks: []Block{
			Heading{Level: 1, Text: "Oma tilanteesi ja voimavarasi"},
			Paragraph{Voice: Lead, Spans: []Span{{Text: "Sinulla on paljon voimavaroja, ja arki sujuu enimmäkseen hyvin. Tulos on ehdotus, josta puhutaan yhdessä."}}},
			Panel{Tint: soft.Soft, Mark: soft.Mark, Blocks: []Block{
				Heading{Level: 2, Text: "Omatoimiasiakkuus"},
				Text("Pärjäät pääosin itse. Saat meiltä tietoa ja apua silloin, kun sitä tarvitset, ja sovimme yhdessä, mistä aloitetaan."),
			}},
			Picture{Figure: samplePlane(), Width: 330, Centre: true},
			Heading{Level: 2, Text: "Vahvuutesi"},
			List{Marker: Bullets, Items: [][]Block{
				{Text("Läheiset auttavat, ja heihin saa yhteyden nopeasti.")},
				{Text("Asuminen on kunnossa, ja toimeentuloasiatkin hoituvat terveydenhuoltojärjestelmän tuella."), Text("Toinen kappale samassa kohdassa.")},
				{Text("Kolmas.")},
			}},
			Heading{Level: 2, Text: "Mitä seuraavaksi tehdään"},
			List{Marker: Numbers, Items: [][]Block{
				{Text("Varataan aika terveydenhoitajalle.")},
				{Text("Soitetaan palveluohjaajalle numeroon 09\u00a0310\u00a05000."), List{Marker: Ticks, Items: [][]Block{{Text("puhelin löytyi")}, {Text("numero on tallessa")}}}},
			}},
			Table{Caption: "Sovitut toimet", Widths: []float64{3, 2, 1.4}, Head: []string{"Toimi", "Kuka", "Mennessä"}, RowHead: true, Rows: [][]Cell{
				{{Text: "Kuntoutusohjaajan kotikäynti ja apuvälineiden arviointi"}, {Text: "Kuntoutusohjaaja"}, {Text: "12.1.2026", Right: true}},
				{{Text: "Päivätoimintaan tutustuminen"}, {Text: "Asiakas ja läheinen"}, {Text: "1.2.2026", Right: true}},
			}},
			Rule{},
			Columns{Columns: [][]Block{
				{Heading{Level: 3, Text: "Kenelle soitan"}, Text("Palveluohjaus vastaa arkisin klo 9–15.")},
				{Heading{Level: 3, Text: "Milloin puhutaan uudestaan"}, Paragraph{Spans: []Span{{Text: "Viimeistään "}, {Text: "12.3.2026", Bold: true}, {Text: "."}}}},
			}},
			Heading{Level: 2, Text: "Lisää tietoa"},
			Paragraph{Spans: []Span{{Text: "Lue lisää osoitteesta "}, {Text: "omasuunta.example/tietoa-arvioinnista", Link: "https://omasuunta.example/tietoa-arvioinnista"}, {Text: ". På svenska: "}, {Text: "Du får samma uppgifter på svenska, om du vill.", Language: "sv"}, {Text: " Kiitos."}}},
			List{Marker: Boxes, Items: [][]Block{{Text("Kyllä, suostun arviointiin.")}, {Text("Kyllä, tulos saa tallentua potilastietojärjestelmään.")}}},
			Keep{Blocks: []Block{Blanks{Label: "Paikka ja aika", Lines: 1}, Blanks{Label: "Allekirjoitus ja nimenselvennys", Lines: 2}}},
			Blanks{Label: "Jos haluat, kerro tähän omin sanoin, mitä muuta meidän olisi hyvä tietää tilanteestasi.", Lines: 3},
			Paragraph{Voice: Quiet, Spans: []Span{{Text: "Tulos ei ole lääketieteellinen arvio eikä päätös. " + strings.Repeat("Se on puheen pohja. ", 6)}}},
		},
	}
}

func samplePlane() figure.Figure {
	return figure.Plane(figure.PlaneSpec{
		ID: "plane", Title: "Paikkasi", Desc: "Voimavaroja on paljon, ja tilanteen haastavuus on pieni.",
		Cutoffs: figure.Point{Resources: 50, Challenge: 50},
		Place:   &figure.Place{Point: figure.Point{Resources: 82.5, Challenge: 21.3}, Spread: 6, Label: "Sinä"},
		Words: figure.PlaneWords{
			Segments: map[segment.Segment]string{
				segment.SelfActing: "Omatoimiasiakkuus", segment.Community: "Yhteisöasiakkuus",
				segment.Cooperating: "Yhteistyöasiakkuus", segment.Network: "Verkostoasiakkuus",
			},
			Resources: "Voimavarani", Few: "vähän", Many: "paljon",
			Challenge: "Tilanteen haastavuus", Small: "pieni", Great: "suuri",
		},
		Palette: figure.Light(),
	})
}
