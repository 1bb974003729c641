package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// toPaper is the client's own file as whoever acts is given it.
func toPaper(h *housetest.House, who access.Actor, of *assessment.Assessment) string {
	h.Helper()
	kept, err := h.Assessments.File(h.As(who), of.ConsentID)
	h.Must(err)
	sources := Sources{Library: h.Library, Batteries: h.Assessments, Guidance: h.Content, House: h.Store}
	gathered, err := sources.GatherFile(h.Context(), kept)
	h.Must(err)
	doc, err := FilePaper(gathered, lang.Finnish)
	h.Must(err)
	return flat(doc)
}

// spoke begins, answers, completes and agrees upon an assessment in which
// whatever somebody types is a word of this client's own.
func spoke(h *housetest.House, who access.Actor, ref string) (a *assessment.Assessment, words []string) {
	h.Helper()
	word := func(what string) string {
		words = append(words, ref+what)
		return ref + what
	}
	ctx := h.As(who)
	a = h.Begun(ctx, func(in *assessment.Begin) {
		in.Consent.GivenBy, in.Consent.Ground, in.Consent.SignedName = "representative", word("peruste"), word("nimi")
		in.Start.ClientRef = ref
	})
	words = append(words, ref)
	h.Fill(ctx, a, instrument.Client, 7)
	h.Fill(ctx, a, instrument.Professional, 3)
	for _, side := range []instrument.Side{instrument.Client, instrument.Professional} {
		value := 6
		item := h.Items(a, side)[2]
		_, err := h.Assessments.Answer(ctx, assessment.SaveAnswers{ID: a.ID, Side: side, Answers: []assessment.SeenAnswer{{
			Answer: assessment.Answer{Item: item, Value: &value, Comment: word("kommentti" + string(side))}, Overwrite: true,
		}}})
		h.Must(err)
	}
	h.Completed(ctx, a)
	_, err := h.Assessments.Confirm(ctx, assessment.Confirm{ID: a.ID, Segment: "verkosto", Reason: word("syy"),
		Actions: []assessment.PlannedAction{{Text: word("toimi"), Responsible: word("vastuu"), Due: "2023-12-01"}}})
	h.Must(err)
	_, err = h.Assessments.WithdrawConsent(ctx, assessment.WithdrawConsent{ID: a.ConsentID, Reason: word("peruminen")})
	h.Must(err)
	return a, words
}

// From what was typed, through the database, to the paper.
func TestAFileHoldsEveryWordOfOneClientAndNoneOfAnother(t *testing.T) {
	t.Parallel()
	h := housetest.New(t)
	pro, reader := h.Hire("yksi", access.Professional, housetest.Unit), h.Hire("kaksi", access.Professional, housetest.Unit)
	one, mine := spoke(h, pro, "omaviite")
	_, theirs := spoke(h, pro, "toisenviite")

	paper := toPaper(h, reader, one)
	for _, word := range mine {
		if !strings.Contains(paper, word) {
			t.Errorf("%s is not on the paper", word)
		}
	}
	for _, word := range theirs {
		if strings.Contains(paper, word) {
			t.Errorf("somebody else's %s is on the paper", word)
		}
	}
	for _, want := range []string{"Vuosaaren terveysasema", "Suostumus annettiin | Testi yksi, ammattilainen", "Tulos laskettiin | Testi yksi, ammattilainen"} {
		if !strings.Contains(paper, want) {
			t.Errorf("%q is not on the paper", want)
		}
	}
	const made = "Kaikki tiedot koottiin tällaiseksi paperiksi | Testi kaksi, ammattilainen"
	if strings.Contains(paper, made) {
		t.Error("the paper tells of its own making")
	}
	if again := toPaper(h, pro, one); !strings.Contains(again, made) {
		t.Error("the next paper does not tell who had the one before")
	}
}

func TestAFileWithoutItsBatteriesIsStillAFile(t *testing.T) {
	t.Parallel()
	f := sampleFile(t, false)
	f.Batteries, f.Current = nil, nil
	doc, err := FilePaper(f, lang.Finnish)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"everyday-life | 7", "individual-client@1", "illness-care@1"} {
		if !strings.Contains(flat(doc), want) {
			t.Errorf("%q is not on the paper", want)
		}
	}
	if got := fmt.Sprint(f); got != "[redacted]" {
		t.Errorf("a file prints %s", got)
	}
}
