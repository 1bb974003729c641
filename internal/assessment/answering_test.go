package assessment_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/store"
)

func fingerprint(a *assessment.Assessment, item string) string {
	answer, _ := a.Client.Find(item)
	return assessment.Fingerprint(answer)
}

func value(t *testing.T, a *assessment.Assessment, item string) int {
	t.Helper()
	answer, ok := a.Client.Find(item)
	if !ok || !answer.Scored() {
		t.Fatalf("%s has no value", item)
	}
	return answer.Value
}

func TestTwoDevicesMergeItemByItemAndAClashIsShown(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		phone := h.save(ctx, a.ID, instrument.Client, rated("mood-and-coping", 3, ""), rated("money", 5, ""))
		if phone.Assessment.Revision != 2 || len(phone.Clashes) != 0 || !phone.At.Equal(housetest.Start) {
			t.Fatalf("revision %d, %d clashes at %s", phone.Assessment.Revision, len(phone.Clashes), phone.At)
		}
		// The desk has not seen that and says something else about one of the two.
		desk := h.save(ctx, a.ID, instrument.Client, rated("mood-and-coping", 8, ""), rated("money", 5, ""), rated("housing", 9, ""))
		if len(desk.Clashes) != 1 || desk.Clashes[0].Item != "mood-and-coping" || desk.Clashes[0].Stored.Value != 3 {
			t.Fatalf("%d clashes, want the one on mood with what is stored", len(desk.Clashes))
		}
		if value(t, desk.Assessment, "mood-and-coping") != 3 || value(t, desk.Assessment, "housing") != 9 {
			t.Error("the clashing answer was written, or another one was not")
		}
		wanted := rated("mood-and-coping", 8, "")
		wanted.Overwrite = true
		if saved := h.save(ctx, a.ID, instrument.Client, wanted); value(t, saved.Assessment, "mood-and-coping") != 8 {
			t.Error("what the person wants after seeing the clash is not saved")
		}
		// A deletion that one device has not seen is a clash too.
		seen := h.save(ctx, a.ID, instrument.Client).Assessment
		h.save(ctx, a.ID, instrument.Client, said("housing", "", fingerprint(seen, "housing")))
		late := h.save(ctx, a.ID, instrument.Client, rated("housing", 1, fingerprint(seen, "housing")))
		if len(late.Clashes) != 1 || late.Clashes[0].Item != "housing" || assessment.Fingerprint(late.Clashes[0].Stored) != "" {
			t.Errorf("an answer over one that was taken away: %d clashes", len(late.Clashes))
		}
	})
}

func TestNothingNewIsNoRevisionAndNoAudit(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		h.save(ctx, a.ID, instrument.Client, rated("mood-and-coping", 3, ""))
		again := h.save(ctx, a.ID, instrument.Client, rated("mood-and-coping", 3, "nothing like it"), said("money", "  ", ""))
		if again.Assessment.Revision != 2 || h.db.Noted(audit.AssessmentAnswered) != 1 {
			t.Errorf("revision %d, %d rows of the audit", again.Assessment.Revision, h.db.Noted(audit.AssessmentAnswered))
		}
		if clash := h.save(ctx, a.ID, instrument.Client, rated("mood-and-coping", 4, "")); clash.Assessment.Revision != 2 || h.db.Noted(audit.AssessmentAnswered) != 1 {
			t.Error("a clash alone counts as a change")
		}
	})
}

func TestConcurrentSavesLoseNothing(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a := h.begun()
		client, _, err := h.Batteries(a)
		h.Must(err)
		service := assessment.NewService(h.Store, h.Library, h, h.Clock, housetest.IDs{})
		var group sync.WaitGroup
		for i, item := range client.Items {
			group.Go(func() {
				in := assessment.SaveAnswers{ID: a.ID, Side: instrument.Client, Answers: []assessment.SeenAnswer{rated(item.Code, i%11, "")}}
				if saved, err := service.Answer(h.As(professional), in); err != nil || len(saved.Clashes) > 0 {
					t.Errorf("%s: %v", item.Code, err)
				}
			})
		}
		group.Wait()
		got, err := h.Assessment(h.As(professional), a.ID)
		h.Must(err)
		for i, item := range client.Items {
			if value(t, got, item.Code) != i%11 {
				t.Errorf("%s is lost", item.Code)
			}
		}
		if got.Revision != 1+len(client.Items) {
			t.Errorf("revision %d after %d saves", got.Revision, len(client.Items))
		}
	})
}

func TestWordsAloneAreKeptAndTalkedAboutInTheEnd(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		unclear := said("money", "", "")
		unclear.Unclear = true
		saved := h.save(ctx, a.ID, instrument.Client, said("mood-and-coping", " sanoja ", ""), unclear)
		mood, _ := saved.Assessment.Client.Find("mood-and-coping")
		money, _ := saved.Assessment.Client.Find("money")
		if mood.Skip != instrument.Unanswered || mood.Comment != "sanoja" || money.Skip != instrument.Unanswered || !money.Unclear {
			t.Fatal("words or a mark alone are not kept as unanswered")
		}
		h.Fill(h.As(professional), a, instrument.Client, 7, "mood-and-coping", "money")
		h.Fill(h.As(professional), a, instrument.Professional, 3)
		done, err := h.Complete(ctx, assessment.Complete{ID: a.ID})
		h.Must(err)
		done, err = h.Assessment(ctx, done.ID)
		h.Must(err)
		mood, _ = done.Client.Find("mood-and-coping")
		if money, _ = done.Client.Find("money"); mood.Skip != instrument.Discuss || mood.Comment != "sanoja" || money.Skip != instrument.Discuss {
			t.Error("what was left unanswered is not to be discussed")
		}
		for _, c := range done.Result.Contributions {
			if c.Item == "mood-and-coping" || c.Item == "money" {
				t.Errorf("%s counts", c.Item)
			}
		}
		_, err = h.Answer(ctx, assessment.SaveAnswers{ID: a.ID, Side: instrument.Client, Answers: []assessment.SeenAnswer{rated("mood-and-coping", 1, "")}})
		if fault.CodeOf(err) != fault.CodeAlreadyCompleted {
			t.Errorf("an answer after the end: %v", err)
		}
	})
}

func TestTooFewAnswersLeaveTheDraftAsItWas(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		h.save(ctx, a.ID, instrument.Client, said("mood-and-coping", "sanoja", ""))
		_, err := h.Complete(ctx, assessment.Complete{ID: a.ID})
		if fault.CodeOf(err) != fault.CodeInsufficientAnswers {
			t.Fatalf("completed with %v", err)
		}
		got, err := h.Assessment(ctx, a.ID)
		h.Must(err)
		if mood, _ := got.Client.Find("mood-and-coping"); got.Status != assessment.Draft || mood.Skip != instrument.Unanswered {
			t.Error("a refused completion changed the draft")
		}
	})
}

func TestEverythingWrongWithAnswersIsToldAndNothingSaved(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		both := rated("housing", 3, "")
		both.Skip = "discuss"
		made := assessment.SeenAnswer{Answer: assessment.Answer{Item: "money", Skip: "unanswered"}}
		_, err := h.Answer(ctx, assessment.SaveAnswers{ID: a.ID, Side: instrument.Client, Answers: []assessment.SeenAnswer{
			rated("mood-and-coping", 11, ""), rated("safety", 1, ""), rated("safety", 1, ""), rated("falls", 1, ""), both, made, said("digital-skills", long(2001), ""),
		}})
		want := "/answers/0/value too_great, /answers/2/item duplicate, /answers/3/item unknown_item, /answers/4 value_or_skip, " +
			"/answers/5/skip not_in_list, /answers/6/comment too_long"
		if got := findings(err); got != want {
			t.Errorf("found %s\nwant  %s", got, want)
		}
		if _, err := h.Answer(ctx, assessment.SaveAnswers{ID: a.ID, Side: "both"}); findings(err) != "/side not_in_list" {
			t.Errorf("a side that is none: %v", err)
		}
		if got, err := h.Assessment(ctx, a.ID); err != nil || len(got.Client) > 0 {
			t.Errorf("something was saved: %v", err)
		}
	})
}

func TestAClientHasTheOwnPartOfOneDraftAlone(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a, other := h.begun(), h.begun()
		guess := "verkosto"
		_, err := h.Change(h.As(professional), assessment.Change{ID: a.ID, Precondition: assessment.Precondition{Given: true, Any: true}, Expected: &guess})
		h.Must(err)
		h.save(h.As(professional), a.ID, instrument.Professional, rated("falls", 9, ""))
		client := h.As(invited(a.ID))

		saved := h.save(client, a.ID, instrument.Client, rated("mood-and-coping", 2, ""))
		read, err := h.Assessment(client, a.ID)
		h.Must(err)
		for what, seen := range map[string]*assessment.Assessment{"saving": saved.Assessment, "reading": read} {
			if len(seen.Professional) > 0 || seen.Expected.Valid() || seen.Result != nil {
				t.Errorf("%s shows what the professional thinks", what)
			}
			if value(t, seen, "mood-and-coping") != 2 {
				t.Errorf("%s does not show the own answer", what)
			}
		}
		kept, err := h.Assessment(h.As(professional), a.ID)
		h.Must(err)
		if len(kept.Professional) != 1 || !kept.Expected.Valid() {
			t.Error("a client's saving wiped what the professional had written")
		}

		one := []assessment.SeenAnswer{rated("falls", 1, "")}
		h.refused("the professional's side", second(h.Answer(client, assessment.SaveAnswers{ID: a.ID, Side: instrument.Professional, Answers: one})), fault.NotFound)
		h.refused("another's draft", second(h.Answer(client, assessment.SaveAnswers{ID: other.ID, Side: instrument.Client})), fault.NotFound)
		h.refused("reading another's", second(h.Assessment(client, other.ID)), fault.NotFound)
		h.refused("time of another's", h.Spend(client, other.ID, assessment.PhaseClient, 5), fault.NotFound)
		h.refused("nobody's draft yet", second(h.Assessment(h.As(invited(uuid.Nil)), a.ID)), fault.NotFound)
		h.refused("the list", second(h.List(client, assessment.List{})), fault.Forbidden)
		h.refused("the overview", second(h.Overview(client, day(""), day(""))), fault.Forbidden)
		h.refused("the path", second(h.Path(client, a.ID)), fault.Forbidden)
		h.refused("the events", second(h.Events(client, a.ID)), fault.Forbidden)
		h.refused("the minutes", second(h.Phases(client, a.ID)), fault.Forbidden)
		h.refused("completing", second(h.Complete(client, assessment.Complete{ID: a.ID})), fault.Forbidden)
		h.refused("giving up", second(h.Abandon(client, assessment.Abandon{ID: a.ID, Reason: "no_time"})), fault.Forbidden)

		done := h.done(nil)
		client = h.As(invited(done.ID))
		h.refused("reading a completed one", second(h.Assessment(client, done.ID)), fault.NotFound)
		h.refused("its result", second(h.Result(client, done.ID)), fault.NotFound)
		h.refused("the text for the record", second(h.ResultForRecord(client, done.ID)), fault.NotFound)
		h.refused("another unit's professional", second(h.Answer(h.As(colleague), assessment.SaveAnswers{ID: a.ID, Side: instrument.Client})), fault.NotFound)
		h.refused("an expert", second(h.Answer(h.As(access.Actor{Role: access.Expert}), assessment.SaveAnswers{ID: a.ID, Side: instrument.Client})), fault.Forbidden)
	})
}

func TestFingerprintTellsAnswersApartAndShowsNone(t *testing.T) {
	base := instrument.Answer{Item: "mood-and-coping", Value: 3}
	seen := map[string]bool{}
	for _, a := range []instrument.Answer{
		base, {Item: "mood-and-coping", Value: 4}, {Item: "mood-and-coping", Value: 3, Unclear: true}, {Item: "mood-and-coping", Value: 3, Comment: "x"},
		{Item: "mood-and-coping", Skip: instrument.Discuss}, {Item: "mood-and-coping", Skip: instrument.Declined}, {Item: "mood-and-coping", Skip: instrument.Unanswered, Comment: "x"}, {Item: "mood-and-coping"},
	} {
		f := assessment.Fingerprint(a)
		if len(f) != 12 || seen[f] {
			t.Errorf("fingerprint %q", f)
		}
		seen[f] = true
	}
	for _, a := range []instrument.Answer{{}, {Item: "mood-and-coping", Skip: instrument.Unanswered}} {
		if got := assessment.Fingerprint(a); got != "" {
			t.Errorf("no answer has the fingerprint %q", got)
		}
	}
	if assessment.Fingerprint(instrument.Answer{Item: "mood-and-coping", Value: 3, Skip: instrument.Discuss}) != assessment.Fingerprint(instrument.Answer{Item: "mood-and-coping", Skip: instrument.Discuss}) {
		t.Error("a meaningless value counts")
	}
	clash := assessment.Clash{Item: "mood-and-coping", Stored: instrument.Answer{Item: "mood-and-coping", Comment: "salaisuus"}}
	if text := fmt.Sprintf("%v %+v %#v", clash, clash, clash); contains(text, "salaisuus") {
		t.Errorf("a clash prints %s", text)
	}
}

var _ assessment.Store = (*store.Store)(nil)
