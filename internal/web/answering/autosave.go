package answering

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// savedReply tells the script what became of an answer.
type savedReply struct {
	Saved string      `json:"saved"` // in words; "" when it clashed
	Seen  string      `json:"seen"`  // the fingerprint to send next time
	Left  int         `json:"left"`  // seconds until the session ends idle
	Clash *clashReply `json:"clash"`
}

// clashReply is what another device has stored.
type clashReply struct {
	Words   string `json:"words"`
	Answer  string `json:"answer"` // a number, a kind of skipping or ""
	Comment string `json:"comment"`
	Unclear bool   `json:"unclear"`
	Seen    string `json:"seen"`
}

// autosave saves one item as soon as it is answered: side, item, value or skip,
// comment, unclear, seen, overwrite. With expected alone it is the
// professional's own guess. Phase and _active count the time.
func (p *Pages) autosave(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	side := instrument.Side(r.Form("side"))
	if inClientsHands(r) && side != instrument.Client {
		return fault.New(fault.Forbidden)
	}
	if err := p.spend(r, id, assessment.Phase(r.Form("phase"))); err != nil {
		return err
	}
	if r.Form("item") == "" && r.Posted().Has("expected") {
		if err := p.guess(r, id); err != nil {
			return err
		}
		return p.reply(r, savedReply{Saved: r.Text("answering.saved", map[string]any{"clock": r.Clock(r.Now())})})
	}
	answer, prior := oneAnswer(r)
	saved, err := p.Assessments.Answer(r.Ctx(), assessment.SaveAnswers{
		Prior: prior, ID: id, Side: side, Answers: []assessment.SeenAnswer{answer},
	})
	if err != nil {
		return err
	}
	sheet := saved.Assessment.Professional
	if side == instrument.Client {
		r.Speak(saved.Assessment.Language, saved.Assessment.Plain)
		sheet = saved.Assessment.Client
	}
	stored, _ := sheet.Find(answer.Item)
	reply := savedReply{Seen: assessment.Fingerprint(stored)}
	if len(saved.Clashes) > 0 {
		reply.Seen, reply.Clash = answer.Seen, clashOf(r, side, saved.Clashes[0].Stored, asAnswer(answer))
	} else {
		reply.Saved = r.Text("answering.saved", map[string]any{"clock": r.Clock(saved.At)})
	}
	return p.reply(r, reply)
}

func (p *Pages) reply(r *page.Request, reply savedReply) error {
	reply.Left = max(int(r.Session.EndsAt.Sub(r.Now()).Seconds()), 1)
	return r.JSON(http.StatusOK, reply)
}

func oneAnswer(r *page.Request) (a assessment.SeenAnswer, prior fault.Findings) {
	a.Item, a.Skip = r.Form("item"), r.Form("skip")
	a.Comment, a.Unclear = strings.TrimSpace(r.Form("comment")), isSet(r.Form("unclear"))
	a.Seen, a.Overwrite = r.Form("seen"), isSet(r.Form("overwrite"))
	if text := r.Form("value"); text != "" {
		value, err := strconv.Atoi(text)
		if err != nil {
			prior.Add("/answers/0/value", fault.WrongType, fault.Args{"expected": "integer"})
		}
		a.Value = &value
	}
	return a, prior
}

func isSet(text string) bool { return text != "" && text != "false" && text != "0" }

func clashOf(r *page.Request, side instrument.Side, theirs, mine instrument.Answer) *clashReply {
	reply := &clashReply{
		Words: clashWords(r, side, theirs, mine), Comment: theirs.Comment, Unclear: theirs.Unclear, Seen: assessment.Fingerprint(theirs),
	}
	switch {
	case theirs.Item == "" || theirs.Skip == instrument.Unanswered:
	case theirs.Scored():
		reply.Answer = strconv.Itoa(theirs.Value)
	default:
		reply.Answer = string(theirs.Skip)
	}
	return reply
}

// time counts the time on a page that is left without sending a form: phase,
// seconds.
func (p *Pages) time(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	seconds, err := strconv.Atoi(r.Form("seconds"))
	if err != nil {
		return fault.New(fault.Malformed)
	}
	if err := p.Assessments.Spend(r.Ctx(), id, assessment.Phase(r.Form("phase")), seconds); err != nil {
		return err
	}
	return r.NoContent(http.StatusNoContent)
}

// guess keeps the professional's own guess of the segment.
func (p *Pages) guess(r *page.Request, id uuid.UUID) error {
	expected := r.Form("expected")
	if inClientsHands(r) {
		return fault.New(fault.Forbidden)
	}
	_, err := p.Assessments.Change(r.Ctx(), assessment.Change{
		ID: id, Precondition: assessment.Precondition{Given: true, Any: true}, Expected: &expected,
	})
	return err
}
