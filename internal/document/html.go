package document

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/segment"
)

var (
	//go:embed page.html
	pageSource string
	//go:embed page.css
	layoutCSS string

	pageCSS      = coloursCSS() + layoutCSS
	pageTemplate = template.Must(template.New("page").Parse(pageSource))
)

// StyleHash is the source expression for the page's only style sheet, to be put
// into a Content-Security-Policy: style-src 'sha256-…'. The page needs nothing
// else: no script, no image, no font.
func StyleHash() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// HTML writes the result as a page for the client, made for one sheet of A4
// paper printed on both sides and for any screen. It fails when the result is
// incomplete or w fails.
func HTML(w io.Writer, r Result, tag lang.Tag) error {
	if err := r.check(); err != nil {
		return err
	}
	return pageTemplate.Execute(w, newPage(r, locale.For(tag)))
}

// page is what the template shows. Its fields are plain texts, escaped by the
// template; only CSS and Plane are markup, and both are ours.
type page struct {
	p      *locale.Printer
	result Result

	Lang                       lang.Tag
	CSS                        template.CSS
	Plane                      template.HTML
	Demo, Agreed, Differs      bool
	Shown, Calculated          segment.Segment
	Unit, Day, Reason          string
	Headline, Strengths, Heavy string
	Together, Caution, Review  string
	ToDiscuss, Near            string
	Strongest, Heaviest        []string
	Hardest                    []string
	Remarks                    []remark
	Actions                    []pageAction
	Steps                      []pageStep
}

type pageAction struct{ Text, Responsible, Due string }

type pageStep struct{ Service, FirstStep string }

func newPage(r Result, p *locale.Printer) *page {
	v := &page{p: p, result: r}
	guidance := r.Library.Guidance(r.Shown())
	v.Lang, v.CSS = p.Tag(), template.CSS(pageCSS) // ours, whole
	v.Demo, v.Agreed, v.Differs = r.Demo, r.Agreed.Valid(), r.differs()
	v.Shown, v.Calculated = r.Shown(), r.Scoring.Segment
	v.Unit, v.Day, v.Reason = r.Unit, p.Date(r.AssessedOn), r.Reason
	v.Headline, v.Strengths, v.Heavy = v.in(guidance.Headline), v.in(guidance.Strengths), v.in(guidance.Heavy)
	if v.Differs { // the guidance's headline speaks of what the answers say
		v.Headline = v.Say("document.other.headline", map[string]any{"segment": v.Name(v.Shown)})
	}
	v.Together, v.Caution = v.in(guidance.Together), v.in(r.Library.Caution())
	v.Strongest, v.Heaviest = r.strongest(v.in), r.heaviest(v.in)
	v.Hardest, v.ToDiscuss = r.hardest(v.in), strings.Join(r.toDiscuss(v.in), ", ")
	v.Remarks = r.remarks(instrument.Client, v.in)
	v.Near = v.near()
	for _, step := range guidance.Steps {
		v.Steps = append(v.Steps, pageStep{v.in(step.Service), v.in(step.FirstStep)})
	}
	for _, action := range r.Actions {
		v.Actions = append(v.Actions, pageAction{action.Text, action.Responsible, p.Date(action.Due)})
	}
	if !r.ReviewOn.IsZero() {
		v.Review = v.Say("document.review", map[string]any{"date": r.ReviewOn})
	}
	v.Plane = template.HTML(plane(r, p, v.PlaceText()).SVG()) // package figure escapes its words
	return v
}

// Say returns a message, in plain language when the page is.
func (v *page) Say(key string, args ...map[string]any) string {
	if v.result.Plain {
		return v.p.Plain(key, args...)
	}
	return v.p.Text(key, args...)
}

func (v *page) in(text lang.Text) string {
	if v.result.Plain {
		return text.Plain(v.p.Tag())
	}
	return text.In(v.p.Tag())
}

// Title names the page.
func (v *page) Title() string {
	return v.Say("document.title", map[string]any{"segment": v.Name(v.Shown)})
}

// Name is what a segment is called.
func (v *page) Name(s segment.Segment) string { return v.p.Segment(s) }

// PlaceText says in words what the picture shows.
func (v *page) PlaceText() string {
	scores := v.result.Scoring
	return v.Say("document.place.text", map[string]any{
		"resources": scores.Resources.Shown(), "resources_cutoff": scores.Resources.Cutoff,
		"challenge": scores.Challenge.Shown(), "challenge_cutoff": scores.Challenge.Cutoff,
	})
}

// near says which other segments the scores are close to, "" when none.
func (v *page) near() string {
	var names []string
	var only segment.Segment
	for _, s := range v.result.Scoring.Borderline {
		if s != v.Shown {
			names, only = append(names, v.Name(s)), s
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return v.in(v.result.Library.Guidance(only).Neighbour)
	default:
		return v.Say("document.near", map[string]any{"segments": names})
	}
}

// Stability says in words how sure the place is.
func (v *page) Stability() string {
	return v.Say("document.stability." + string(steadinessOf(v.result.Scoring.Stability)))
}

// Basis names the batteries and the version of the rules.
func (v *page) Basis() string { return v.Say("document.basis", basis(v.result, v.in)) }
