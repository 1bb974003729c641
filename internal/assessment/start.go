package assessment

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Start is a new assessment as it comes in: a draft without answers, a whole
// paper form, or anything between.
type Start struct {
	Prior fault.Findings
	// ID is the assessment's, chosen by the form, so that a form that is sent
	// twice begins once. The nil UUID is any new one.
	ID           uuid.UUID
	ConsentID    string
	Unit         string
	Register     string
	Language     string // the client's
	Battery      string // the professional's; the client's own is the same for everyone
	Mode         string // "" is joint
	Plain        bool   // the client reads plain language
	Present      []string
	AssessedOn   string // "" is today
	ClientRef    string
	Expected     string // the professional's own guess beforehand
	Client       []Answer
	Professional []Answer
	Complete     bool // score it in the same step: all or nothing

	// The versions of the batteries on a paper form, which may have been printed
	// before an update. 0 is the current one; another one takes the mode paper.
	ClientVersion  int
	BatteryVersion int
}

// Start begins an assessment under a valid consent. With Complete it is scored
// at once, and nothing is stored when that fails.
func (s *Service) Start(ctx context.Context, in Start) (*Assessment, error) {
	actor, err := access.Require(ctx, access.StartAssessment)
	if err != nil {
		return nil, err
	}
	if err := in.mayBeginAs(actor); err != nil {
		return nil, err
	}
	if a, _, err := s.begun(ctx, actor, in.ID); err != nil || a != nil {
		return a, err
	}
	f := in.Prior
	a, err := s.draft(ctx, &f, actor, in)
	if err != nil {
		return nil, err
	}
	a.ConsentID = s.checkConsentID(&f, in.ConsentID)
	if len(f) > 0 {
		return nil, s.explain(ctx, f, actor, a)
	}
	action := audit.AssessmentStarted
	if in.Complete {
		action = audit.AssessmentSubmitted
		if err := s.score(a); err != nil {
			return nil, s.insufficient(ctx, err, actor, a)
		}
	}
	added, err := s.add(ctx, a, actor, s.entry(ctx, actor, action, audit.Assessment, a.ID, a.Unit))
	if fault.KindOf(err) == fault.Conflict { // the same form, a moment earlier
		if a, _, again := s.begun(ctx, actor, in.ID); again == nil && a != nil {
			return a, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if !added {
		return nil, s.explain(ctx, f, actor, a)
	}
	return a, nil
}

// mayBeginAs keeps an invited client to the own part, and to one assessment.
func (in Start) mayBeginAs(actor access.Actor) error {
	switch {
	case actor.Role != access.Client:
		return nil
	case in.Complete || in.Expected != "" || len(in.Professional) > 0:
		return fault.New(fault.Forbidden)
	case actor.Assessment != uuid.Nil:
		return fault.New(fault.Conflict)
	}
	return nil
}

// add stores a new assessment. The store looks at the consent in the same step,
// so that a withdrawal is never overtaken and the ordinary case is one question
// to the database.
func (s *Service) add(ctx context.Context, a *Assessment, actor access.Actor, entry audit.Entry) (added bool, err error) {
	if a.ClientRef == "" {
		return s.store.AddAssessment(ctx, a, actor.Units, entry)
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.store.OwnConsentForUpdate(ctx, actor.Scope(), a.ConsentID)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if added, err = s.store.AddAssessment(ctx, a, actor.Units, entry); err != nil || !added || c.ClientRef != "" {
			return err
		}
		return s.store.BindClient(ctx, c.ID, a.ClientRef)
	})
	return added && err == nil, err
}

// explain says why an assessment cannot be started: what was found so far and
// what is wrong with the consent.
func (s *Service) explain(ctx context.Context, f fault.Findings, actor access.Actor, a *Assessment) error {
	c, err := s.consentFor(ctx, &f, actor, a.ConsentID)
	if err != nil {
		return err
	}
	checkClient(&f, c, a.ClientRef)
	if err := f.Err(); err != nil {
		return err
	}
	if c.Status() == consent.Withdrawn {
		return fault.Coded(fault.Conflict, fault.CodeConsentWithdrawn)
	}
	return fault.New(fault.Conflict) // the consent changed between two looks
}

// insufficient is the refusal to score, unless the consent is no good either,
// which is what must be mended first.
func (s *Service) insufficient(ctx context.Context, err error, actor access.Actor, a *Assessment) error {
	if fault.CodeOf(err) != fault.CodeInsufficientAnswers {
		return err
	}
	if wrong := s.explain(ctx, nil, actor, a); fault.CodeOf(wrong) != fault.Conflict.String() {
		return wrong
	}
	return err
}

// draft builds an assessment from what came in and collects what is wrong.
func (s *Service) draft(ctx context.Context, f *fault.Findings, actor access.Actor, in Start) (*Assessment, error) {
	now := s.now()
	a := &Assessment{
		ID: s.ids.New(), Revision: 1, Status: Draft,
		Unit:       checkUnit(f, actor, in.Unit, false),
		Register:   checkRegister(f, actor, in.Register),
		Language:   checkLanguage(f, "/language", in.Language),
		Mode:       Joint,
		AssessedOn: s.checkDate(f, "/assessed_on", in.AssessedOn, s.today()),
		ClientRef:  strings.TrimSpace(in.ClientRef),
		Expected:   checkSegment(f, "/expected_segment", in.Expected),
		Plain:      in.Plain,
		Present:    checkSet(f, "/present", in.Present, PresentCodes...),
		CreatedBy:  actor.UserID(),
		CreatedAt:  now,
	}
	if in.ID != uuid.Nil {
		a.ID = in.ID
	}
	if in.Mode != "" {
		a.Mode = oneOf(f, "/mode", in.Mode, Joint, Self, Phone, Paper)
	}
	checkLength(f, "/client_ref", a.ClientRef, MaxClientRef)
	professional, err := s.chooseBattery(ctx, f, in.Battery)
	if err != nil {
		return nil, err
	}
	client := s.printed(f, "/client_version", s.library.Client(), in.ClientVersion, a.Mode)
	professional = s.printed(f, "/battery_version", professional, in.BatteryVersion, a.Mode)
	if client != nil {
		a.ClientBattery = Version{client.Code, client.Version}
	}
	if professional != nil {
		a.ProfessionalBattery = Version{professional.Code, professional.Version}
	}
	a.Client = checkAnswers(f, "/client_answers", in.Client, client)
	a.Professional = checkAnswers(f, "/professional_answers", in.Professional, professional)
	return a, nil
}

// printed is the version of a battery that is on a paper form, or the current
// one for 0. One that this program does not know is a finding.
func (s *Service) printed(f *fault.Findings, pointer string, current *instrument.Battery, version int, mode Mode) *instrument.Battery {
	if current == nil || version == 0 || version == current.Version {
		return current
	}
	if mode != Paper {
		f.Add(pointer, fault.FieldNotAllowed, nil)
		return nil
	}
	b, known := s.library.Version(current.Code, version)
	if !known {
		f.Add(pointer, fault.UnknownBattery, nil)
	}
	return b
}

const batteryPointer = "/battery"

// chooseBattery is checkBattery for a new choice, which only batteries in use
// are open to.
func (s *Service) chooseBattery(ctx context.Context, f *fault.Findings, code string) (*instrument.Battery, error) {
	b := s.checkBattery(f, code)
	if b == nil {
		return nil, nil
	}
	inUse, err := s.content.InUse(ctx)
	if err != nil {
		return nil, err
	}
	if !inUse[b.Code] {
		f.Add(batteryPointer, fault.UnknownBattery, nil)
		return nil, nil
	}
	return b, nil
}

// checkBattery accepts every professional battery of this program.
func (s *Service) checkBattery(f *fault.Findings, code string) *instrument.Battery {
	const pointer = batteryPointer
	b, ok := s.library.Current(code)
	switch {
	case ok && b.Side == instrument.Professional:
		return b
	case f.Touches(pointer):
	case code == "":
		f.Add(pointer, fault.Required, nil)
	default:
		f.Add(pointer, fault.UnknownBattery, nil)
	}
	return nil
}

func checkSegment(f *fault.Findings, pointer, code string) segment.Segment {
	if code == "" || f.Touches(pointer) {
		return 0
	}
	seg, ok := segment.Parse(code)
	if !ok {
		all := make([]string, len(segment.All))
		for i, one := range segment.All {
			all[i] = one.Code()
		}
		f.Add(pointer, fault.NotInList, fault.Args{"allowed": strings.Join(all, ", ")})
	}
	return seg
}

const consentPointer = "/consent_id"

func (s *Service) checkConsentID(f *fault.Findings, text string) uuid.UUID {
	if f.Touches(consentPointer) {
		return uuid.Nil
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		f.Add(consentPointer, fault.ConsentMissing, nil)
		return uuid.Nil
	}
	return id
}

// consentFor reads the consent under which an assessment is to be made. One
// that is unknown, or another unit's, or not for this purpose, is a finding.
func (s *Service) consentFor(ctx context.Context, f *fault.Findings, actor access.Actor, id uuid.UUID) (consent.Record, error) {
	if id == uuid.Nil {
		return consent.Record{}, nil
	}
	c, err := s.store.OwnConsent(ctx, actor.Scope(), id)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		f.Add(consentPointer, fault.ConsentMissing, nil)
		return consent.Record{}, nil
	case err != nil:
		return consent.Record{}, err
	case !c.Covers(consent.Assessment):
		f.Add(consentPointer, fault.ConsentPurpose, fault.Args{"purpose": string(consent.Assessment)})
	}
	return c, nil
}

const clientPointer = "/client_ref"

func checkClient(f *fault.Findings, c consent.Record, clientRef string) {
	if c.ClientRef != "" && clientRef != "" && c.ClientRef != clientRef && !f.Touches(clientPointer) {
		f.Add(clientPointer, fault.ClientMismatch, nil)
	}
}

// score completes an assessment with the batteries it is pinned to. What was
// left unanswered is to be talked about.
func (s *Service) score(a *Assessment) error {
	for _, sheet := range []instrument.Sheet{a.Client, a.Professional} {
		for i := range sheet {
			if sheet[i].Skip == instrument.Unanswered {
				sheet[i].Skip = instrument.Discuss
			}
		}
	}
	client, professional, err := s.Batteries(a)
	if err != nil {
		return err
	}
	result, err := scoring.Evaluate(scoring.Pair{
		ClientBattery: client, ProfessionalBattery: professional,
		Client: a.Client, Professional: a.Professional,
	})
	if err != nil {
		return err
	}
	a.Result, a.Status, a.CompletedAt = &result, Completed, s.now()
	return nil
}
