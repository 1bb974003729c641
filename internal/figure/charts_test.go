package figure

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/segment"
)

func count(v int) *int { return &v }

func head(id string) Head {
	return Head{
		ID: id, Title: "Otsikko", Subtitle: "Jakso 1.1.2023–31.12.2023 · n = 86", Desc: "Kuva.", Hidden: "piilotettu", Palette: Light(),
		Notes: []string{"Kun luku on pienempi kuin 5, sitä ei näytetä, jotta ketään ei voi tunnistaa. Nolla näytetään."},
	}
}

var axisWords = PlaneWords{
	Segments: names, Resources: "Voimavarat", Few: "vähän", Many: "paljon", Challenge: "Tilanteen haastavuus", Small: "pieni", Great: "suuri",
}

// numbers draws counts, some of them hidden.
func numbers(t *rapid.T, n, most int) []*int {
	list := make([]*int, n)
	for i := range list {
		if v := rapid.IntRange(-1, most).Draw(t, "count"); v >= 0 {
			list[i] = &v
		}
	}
	return list
}

func density(squares ...Square) Figure {
	return Density(DensitySpec{Head: head("plane"), Cutoffs: Point{50, 50}, Squares: squares, Words: axisWords, Legend: "Arvioita ruudussa"})
}

func flow(cells [4][4]*int) Figure {
	spec := FlowSpec{Head: head("change"), From: "Edellinen arvio", To: "Uusi arvio", Names: names, Cells: cells}
	for i := range cells {
		left, right, all, every := 0, 0, true, true
		for j := range cells {
			left, all = addTo(left, all, cells[i][j])
			right, every = addTo(right, every, cells[j][i])
		}
		if all {
			spec.Left[i] = &left
		}
		if every {
			spec.Right[i] = &right
		}
	}
	return Flow(spec)
}

func addTo(sum int, known bool, c *int) (int, bool) {
	if c == nil {
		return sum, false
	}
	return sum + *c, known
}

func funnel(counts []*int) Figure {
	spec := FunnelSpec{Head: head("uptake"), OfFirst: "tarjotuista", OfBefore: "edellisestä vaiheesta"}
	for i, c := range counts {
		spec.Steps = append(spec.Steps, FunnelStep{Label: "Vaihe " + strconv.Itoa(i+1), Count: c, OfFirst: "100 %", OfBefore: "100 %"})
	}
	return Funnel(spec)
}

func grouped(rows ...GroupedRow) Figure {
	return Grouped(GroupedSpec{Head: head("units"), N: "n", None: "ei arvioita", Names: names, Rows: rows})
}

func columns(counts []*int) Figure {
	spec := ColumnsSpec{
		Head: head("visit"), Axis: "minuuttia", Spans: []Span{{From: 1, To: 2, Label: "kokeilussa 30–40 min"}, {From: 0, To: 1, Label: "puolet käynneistä 0–5 min"}},
		Points: []Span{{From: 0.5, Label: "mediaani 2 min"}},
	}
	for i, c := range counts {
		label := strconv.Itoa(5*i) + "–" + strconv.Itoa(5*i+5)
		spec.Columns = append(spec.Columns, Column{Label: label, Short: label, Count: c})
	}
	return Columns(spec)
}

func matrix(cells [][]*int) Figure {
	spec := MatrixSpec{Head: head("agreed"), Rows: "Laskettu", Columns: "Sovittu yhdessä"}
	for _, s := range segment.All {
		spec.Across = append(spec.Across, MatrixEnd{Label: strings.TrimSuffix(names[s], "asiakkuus"), Segment: s})
	}
	spec.Across = append(spec.Across, MatrixEnd{Label: "Ei sovittu"})
	for i, s := range segment.All {
		spec.Lines = append(spec.Lines, MatrixLine{MatrixEnd: MatrixEnd{Label: names[s], Segment: s}, Counts: cells[i]})
	}
	return Matrix(spec)
}

func ranges(rows ...RangeRow) Figure {
	return Ranges(RangesSpec{Head: head("phases"), N: "n", Unit: "min", Median: "mediaani", Half: "puolet välillä", None: "liian vähän mittauksia", Rows: rows})
}

// anyChart draws one of the charts with any numbers in it.
func anyChart(t *rapid.T) Figure {
	most := rapid.SampledFrom([]int{1, 9, 86, 12345}).Draw(t, "most")
	list := func(n int) []*int { return numbers(t, n, most) }
	switch rapid.IntRange(0, 6).Draw(t, "which") {
	case 0:
		var squares []Square
		for i, c := range list(DensitySteps * DensitySteps) {
			squares = append(squares, Square{Column: i % DensitySteps, Row: i / DensitySteps, Count: c})
		}
		return density(squares...)
	case 1:
		var cells [4][4]*int
		for i := range cells {
			cells[i] = [4]*int(list(4))
		}
		return flow(cells)
	case 2:
		return funnel(list(8))
	case 3:
		var rows []GroupedRow
		for i := range 6 {
			row := GroupedRow{Label: strings.Repeat("yksikkö ", i+1), N: list(1)[0], Counts: [4]*int(list(4))}
			left := 100
			for j, c := range row.Counts {
				if c != nil {
					part := rapid.IntRange(0, left).Draw(t, "percent")
					row.Percents[j], left = &part, left-part
				}
			}
			rows = append(rows, row)
		}
		return grouped(rows...)
	case 4:
		return columns(list(rapid.IntRange(2, 24).Draw(t, "columns")))
	case 5:
		return matrix([][]*int{list(5), list(5), list(5), list(5)})
	default:
		var rows []RangeRow
		for range 7 {
			three := numbers(t, 3, min(most, 120)) // minutes
			row := RangeRow{Label: "Asiakkaan kysymykset", N: list(1)[0], Median: three[0]}
			if three[0] != nil && three[1] != nil && three[2] != nil {
				lower, upper := max(*three[0]-*three[1], 0), *three[0]+*three[2]
				row.Lower, row.Upper = &lower, &upper
			}
			rows = append(rows, row)
		}
		return ranges(rows...)
	}
}

// tight is about the room that a text takes in this font, without the reserve that
// box has.
func tight(t Text) Rect {
	width := float64(len([]rune(t.Text))) * t.Size * 0.5
	r := Rect{X: t.X, Y: t.Y - 0.72*t.Size, W: width, H: 0.74 * t.Size}
	switch t.Anchor {
	case End:
		r.X -= width
	case Middle:
		r.X -= width / 2
	}
	return r
}

// Whatever the numbers are: nothing is drawn outside of the picture, no word runs
// into another, and a hidden number says so in words.
func TestAnyChartStaysInItsFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { inFrame(t, anyChart(t)) })
}

// Names are longer in other languages than in Finnish, and a unit's may be longer
// still.
func TestLongNamesStayInTheirFrame(t *testing.T) {
	short := names
	t.Cleanup(func() { names = short })
	names = map[segment.Segment]string{
		segment.SelfActing: "Self-acting client relationship", segment.Community: "Community client relationship",
		segment.Cooperating: "Cooperating client relationship", segment.Network: "Network client relationship",
	}
	axisWords.Segments = names
	t.Cleanup(func() { axisWords.Segments = short })
	four := [4]*int{count(1), count(2), nil, count(12345)}
	long := "Asiakas vastasi omaan osaansa ennakkoon ja keskusteli siitä vielä vastaanotolla"
	h := head("bars")
	inFrame(t, density(Square{4, 7, count(31)}, Square{0, 9, nil}, Square{9, 9, count(1234)}))
	inFrame(t, flow([4][4]*int{four, four, four, four}))
	inFrame(t, matrix([][]*int{four[:], four[:], four[:], four[:]}))
	inFrame(t, grouped(GroupedRow{long, count(10), [4]*int{count(1), count(2), count(3), count(4)}, [4]*int{count(10), count(20), count(30), count(40)}}))
	inFrame(t, Bars(BarsSpec{ID: h.ID, Title: h.Title, Palette: h.Palette, Groups: []BarGroup{{Heading: long, Bars: []Bar{
		{Label: long, Value: "1 234 (100 %)", Percent: count(100)}, {Label: names[segment.Cooperating], Value: "piilotettu", Segment: segment.Cooperating}}}}}))
	inFrame(t, Intervals(IntervalsSpec{ID: h.ID, Title: h.Title, Palette: h.Palette, From: -0.2, To: 1, Ticks: []Tick{{At: -0.2, Text: "−0,2"}, {At: 1, Text: "1,0"}},
		Rows: []Interval{{Label: long, Text: "0,80 (0,69 – 0,87)", Value: 0.8, Low: 0.69, High: 0.87, Known: true}, {Label: long, Text: "–"}}}))
	inFrame(t, Timeline(TimelineSpec{ID: h.ID, Title: h.Title, Palette: h.Palette, Days: 100, Columns: []TimelineColumn{{First: 0, Last: 4, Label: "tammi", Value: "3", Height: count(3)},
		{First: 95, Last: 99, Label: "huhti", Value: "piilotettu"}}, Gaps: []TimelineGap{{First: 90, Last: 94, Label: "Katko 1.9.2023–4.10.2023"}}}))
}

// inFrame demands that a figure is whole, as it is on paper, on a page and on a phone.
func inFrame(t interface {
	Helper()
	Fatalf(string, ...any)
}, f Figure) {
	t.Helper()
	for _, one := range []Figure{f, f.Bare(), *f.Narrow} {
		var texts []Text
		for _, s := range one.Shapes {
			for _, r := range corners(s) {
				const hair = 1e-6
				if !(r.X >= -hair && r.Y >= -hair && r.X+r.W <= one.Width+hair && r.Y+r.H <= one.Height+hair) {
					t.Fatalf("%s, %v by %v: %+v is outside", one.ID, one.Width, one.Height, s)
				}
			}
			if text, is := s.(Text); is {
				for _, other := range texts {
					if overlapsAny(tight(text), []Rect{tight(other)}) {
						t.Fatalf("%s: %q runs into %q: %+v %+v", one.ID, text.Text, other.Text, tight(text), tight(other))
					}
				}
				texts = append(texts, text)
			}
		}
	}
}

// corners is the room that a shape takes.
func corners(s Shape) []Rect {
	switch s := s.(type) {
	case Rect:
		return []Rect{s}
	case Circle:
		return []Rect{{X: s.X - s.R, Y: s.Y - s.R, W: 2 * s.R, H: 2 * s.R}}
	case Line:
		return []Rect{{X: s.X1, Y: s.Y1}, {X: s.X2, Y: s.Y2}}
	case Polygon:
		var list []Rect
		for _, p := range s.Points {
			list = append(list, Rect{X: p.X, Y: p.Y})
		}
		return list
	case Text:
		return []Rect{tight(s)}
	default:
		return nil
	}
}

// Every number is in the description, for those who don't see the picture, and a
// hidden one is told as hidden.
func TestDescriptionsTellEveryNumber(t *testing.T) {
	hidden := [4]*int{}
	for name, c := range map[string]struct {
		figure Figure
		want   []string
	}{
		"density": {density(Square{4, 7, count(31)}, Square{0, 9, nil}, Square{9, 9, count(0)}),
			[]string{"Voimavarat 40–50, Tilanteen haastavuus 70–80: 31", "Voimavarat 0–10, Tilanteen haastavuus 90–100: piilotettu"}},
		"flow": {flow([4][4]*int{{count(17), count(1), count(2), count(0)}, {count(3), nil, count(4), count(5)}, {count(6), count(7), count(8), count(9)}, {count(10), count(11), count(12), count(13)}}),
			[]string{"Edellinen arvio Omatoimiasiakkuus 20 → Omatoimiasiakkuus 17, Yhteisöasiakkuus 1, Yhteistyöasiakkuus 2, Verkostoasiakkuus 0.", "Yhteisöasiakkuus piilotettu → ", "Uusi arvio: Omatoimiasiakkuus 36, Yhteisöasiakkuus piilotettu"}},
		"funnel":  {funnel([]*int{count(120), nil, count(86)}), []string{"Vaihe 1 120, tarjotuista 100 %", "Vaihe 2 piilotettu", "Vaihe 3 86"}},
		"grouped": {grouped(GroupedRow{"Vuosaari", count(21), [4]*int{count(1), count(2), count(3), count(15)}, [4]*int{count(5), count(9), count(14), count(72)}}, GroupedRow{"Malmi", nil, hidden, hidden}), []string{"Vuosaari 21: Omatoimiasiakkuus 1, Yhteisöasiakkuus 2, Yhteistyöasiakkuus 3, Verkostoasiakkuus 15.", "Malmi piilotettu"}},
		"columns": {columns([]*int{count(4), nil, count(37)}), []string{"0–5 4, 5–10 piilotettu, 10–15 37.", "mediaani 2 min."}},
		"matrix":  {matrix([][]*int{{count(30), count(1), nil, count(0), count(8)}, hidden[:], hidden[:], hidden[:]}), []string{"Laskettu Omatoimiasiakkuus – Sovittu yhdessä: Omatoimi 30, Yhteisö 1, Yhteistyö piilotettu, Verkosto 0, Ei sovittu 8."}},
		"ranges":  {ranges(RangeRow{Label: "Koko käynti", N: count(77), Lower: count(26), Median: count(30), Upper: count(32)}), []string{"Koko käynti, n 77, mediaani 30 min, puolet välillä 26–32 min."}},
	} {
		for _, want := range c.want {
			if !strings.Contains(c.figure.Desc, want) {
				t.Errorf("%s: %q is not in %q", name, want, c.figure.Desc)
			}
		}
	}
}

// A segment is told by its place and its pattern, not by its colour alone.
func TestEachSegmentHasItsPattern(t *testing.T) {
	seen := map[string]segment.Segment{}
	for _, s := range segment.All {
		kinds := ""
		for _, line := range pattern(Light(), s, Rect{W: 60, H: 30}) {
			l := line.(Line)
			switch {
			case l.X1 == l.X2:
				kinds += "|"
			case l.Y1 == l.Y2:
				kinds += "-"
			default:
				kinds += "/"
			}
		}
		if other, twice := seen[kinds]; twice {
			t.Errorf("%s and %s look alike: %q", s.Code(), other.Code(), kinds)
		}
		seen[kinds] = s
	}
}

// The more there are, the larger and the darker the square.
func TestDensitySquaresGrow(t *testing.T) {
	most := 12
	for c := 2; c <= most; c++ {
		if sideOf(c, most) <= sideOf(c-1, most) || level(c, most) < level(c-1, most) {
			t.Errorf("%d is drawn no larger or lighter than %d", c, c-1)
		}
	}
	if level(1, most) == level(most, most) {
		t.Error("few and many have the same tint")
	}
}

// A band is as wide at both ends as its share, and bands of one side fill it.
func TestBandsAreAsWideAsTheirNumbers(t *testing.T) {
	f := flow([4][4]*int{{count(17), count(1), count(2), count(0)}, {count(3), count(4), count(1), count(0)}, {count(3), count(1), count(6), count(2)}, {count(1), count(0), count(4), count(10)}})
	wide, bars := 0.0, 0.0
	for _, s := range f.Shapes {
		switch s := s.(type) {
		case Polygon:
			first, last := s.Points[0], s.Points[len(s.Points)-1]
			if first.X != last.X {
				t.Errorf("a band begins at %v and at %v", first, last)
			}
			wide += last.Y - first.Y
		case Rect:
			if s.W == flowWide && s.X < chartWidth/2 {
				bars += s.H
			}
		}
	}
	if d := wide - bars; d > 0.01 || d < -0.01 || wide == 0 {
		t.Errorf("bands of %v in all leave bars of %v", wide, bars)
	}
}

func TestBareFiguresHaveNoHeading(t *testing.T) {
	f := funnel([]*int{count(120), count(86)})
	svg := string(f.Bare().SVG())
	if strings.Contains(svg, ">Otsikko<") || strings.Contains(svg, ">Kun luku on") || !strings.Contains(svg, ">120<") {
		t.Errorf("bare: %s", svg)
	}
	if !strings.Contains(string(f.SVG()), ">Otsikko<") {
		t.Error("the whole figure has lost its heading")
	}
	if same := plane(nil); same.Bare().Height != same.Height {
		t.Error("a figure without a heading is cut")
	}
}

func TestChartsGolden(t *testing.T) {
	golden(t, "density.svg", density(Square{4, 7, count(3)}, Square{8, 2, count(12)}, Square{7, 2, count(6)}, Square{0, 5, nil}).SVG())
	golden(t, "flow.svg", flow([4][4]*int{{count(17), count(1), count(2), count(0)}, {count(3), nil, count(4), count(5)}, {count(6), count(7), count(8), count(9)}, {count(10), count(11), count(12), count(13)}}).SVG())
	golden(t, "funnel.svg", funnel([]*int{count(120), nil, count(86)}).SVG())
	golden(t, "grouped.svg", grouped(GroupedRow{"Vuosaaren terveysasema", count(40), [4]*int{count(20), count(4), count(6), count(10)}, [4]*int{count(50), count(10), count(15), count(25)}}, GroupedRow{"Suun terveydenhuolto", nil, [4]*int{}, [4]*int{}}).SVG())
	golden(t, "columns.svg", columns([]*int{count(4), nil, count(37), count(0)}).SVG())
	golden(t, "ranges.svg", ranges(RangeRow{Label: "Koko käynti", N: count(77), Lower: count(26), Median: count(30), Upper: count(32), Strong: true}, RangeRow{Label: "Palaute", N: nil}).SVG())
}
