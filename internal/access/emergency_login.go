package access

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// EmergencyCodes are two codes as they were typed, one of each sheet.
type EmergencyCodes struct{ First, Second string }

// String keeps the codes out of error texts.
func (EmergencyCodes) String() string { return "[redacted]" }

// LogValue keeps the codes out of logs.
func (EmergencyCodes) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// EmergencyPeople are those whom two right codes can let in, and who can stand by
// them.
type EmergencyPeople struct {
	Unit      string // its code
	Name      string // the unit's
	Users     []User // the unit's professionals, by name, without their hashes
	Witnesses []User // the same and the administrators
}

// Why codes were refused, in the audit; nobody else is told.
const (
	refusedCodeUnknown = "unknown"
	refusedCodeUsed    = "used"
	refusedCodeSheet   = "sheet"   // not one of each sheet of one set
	refusedCodeExpired = "expired" // or taken back
	refusedPerson      = "person"  // not of the unit, shut out, or twice the same
)

// EmergencyPrepared tells whether anybody could come in with codes.
func (s *Service) EmergencyPrepared(ctx context.Context) (bool, error) {
	return s.store.EmergencyPrepared(ctx, s.now())
}

// CheckEmergency takes a look at two codes, uses none, and returns who can come in
// with them. A slip of the pen is found at /first or /second, which says nothing
// about whether there is such a code. Codes that can't be used are all the same
// Unauthenticated, and cost the same work.
func (s *Service) CheckEmergency(ctx context.Context, codes EmergencyCodes) (EmergencyPeople, error) {
	pair, err := s.readCodes(codes)
	if err != nil {
		return EmergencyPeople{}, err
	}
	set, err := s.emergencySet(ctx, &pair)
	if err != nil {
		return EmergencyPeople{}, s.refuseEmergency(ctx, err)
	}
	people, err := s.emergencyPeople(ctx, set.Unit)
	if err != nil {
		return EmergencyPeople{}, err
	}
	return people, s.noteIn(ctx, Actor{}, audit.EmergencyAsked, audit.EmergencySet, set.ID.String(), set.Unit)
}

// OpenEmergency begins the session of a user with two codes and somebody else
// who stands by, uses the codes, and returns its token, which is not kept. It ends
// what the user had opened that way before. Errors are those of CheckEmergency;
// people who can't be taken are found at /user and /witness. The caller ends the
// session that the browser had before.
func (s *Service) OpenEmergency(ctx context.Context, codes EmergencyCodes, user, witness uuid.UUID) (string, error) {
	pair, err := s.readCodes(codes)
	if err != nil {
		return "", err
	}
	limits, err := s.limits(ctx)
	if err != nil {
		return "", err
	}
	if err := s.sweep(ctx); err != nil {
		return "", err
	}
	login := EmergencyLogin{ID: s.ids.New(), User: user, Witness: witness, BegunAt: s.now()}
	login.EndsAt = login.BegunAt.Add(cmp.Or(limits.Emergency, DefaultLimits.Emergency))
	var token string
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		var err error
		token, err = s.openEmergency(ctx, pair, &login)
		return err
	})
	if err != nil {
		return "", s.refuseEmergency(ctx, err)
	}
	if s.alarm != nil {
		s.alarm(ctx, login)
	}
	return token, nil
}

func (s *Service) openEmergency(ctx context.Context, pair [2]EmergencyCode, login *EmergencyLogin) (string, error) {
	set, err := s.emergencySet(ctx, &pair)
	if err != nil {
		return "", err
	}
	if set, err = s.store.EmergencySetForChange(ctx, set.ID); err != nil {
		return "", err
	}
	if !set.InForce(s.now()) {
		return "", fault.Coded(fault.Unauthenticated, refusedCodeExpired)
	}
	if err := s.checkEmergencyPeople(ctx, set.Unit, login.User, login.Witness); err != nil {
		return "", err
	}
	login.Set, login.Unit = set.ID, set.Unit
	for _, code := range pair {
		login.Numbers[code.Sheet-1] = code.Number
	}
	if err := s.store.EndEmergencyLogins(ctx, login.User, login.BegunAt); err != nil {
		return "", err
	}
	if err := s.store.InsertEmergencyLogin(ctx, *login); err != nil {
		return "", err
	}
	err = s.store.UseEmergencyCodes(ctx, login.ID, pair[0].Hash, pair[1].Hash)
	if fault.KindOf(err) == fault.Conflict {
		return "", fault.Coded(fault.Unauthenticated, refusedCodeUsed)
	}
	if err != nil {
		return "", err
	}
	token, err := s.begin(ctx, NewSession{User: login.User, Emergency: login.ID})
	if err != nil {
		return "", err
	}
	return token, s.noteEmergency(ctx, *login, pair)
}

// noteEmergency writes an opening into the audit: that it was, who stood by, and
// both codes.
func (s *Service) noteEmergency(ctx context.Context, l EmergencyLogin, pair [2]EmergencyCode) error {
	actor := Actor{ID: l.User, Role: Emergency}
	if err := s.noteIn(ctx, actor, audit.EmergencyOpened, audit.EmergencyLogin, l.ID.String(), l.Unit); err != nil {
		return err
	}
	if err := s.noteIn(ctx, actor, audit.EmergencyWitnessed, audit.User, l.Witness.String(), l.Unit); err != nil {
		return err
	}
	for _, code := range pair {
		place := code.Set.String() + "/" + strconv.Itoa(code.Sheet) + "/" + strconv.Itoa(code.Number)
		if err := s.noteIn(ctx, actor, audit.EmergencyCodeUsed, audit.EmergencyCode, place, l.Unit); err != nil {
			return err
		}
	}
	return nil
}

// readCodes hashes two codes, and finds slips.
func (s *Service) readCodes(codes EmergencyCodes) (pair [2]EmergencyCode, err error) {
	var f fault.Findings
	for i, one := range []struct{ pointer, typed string }{{"/first", codes.First}, {"/second", codes.Second}} {
		hash, ok := s.secrets.HashEmergencyCode(one.typed)
		switch {
		case one.typed == "":
			f.Add(one.pointer, fault.Required, nil)
		case !ok:
			f.Add(one.pointer, fault.MistypedEmergency, nil)
		}
		pair[i].Hash = hash
	}
	return pair, f.Err()
}

// emergencySet finds the set of two codes that can be used, and fills them in.
// Both are always looked up. Of those that can't be used it returns the reason, as
// the code of an Unauthenticated error.
func (s *Service) emergencySet(ctx context.Context, pair *[2]EmergencyCode) (EmergencySet, error) {
	why := ""
	for i := range pair {
		found, err := s.store.EmergencyCode(ctx, pair[i].Hash)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			why = refusedCodeUnknown
			continue
		case err != nil:
			return EmergencySet{}, err
		}
		pair[i] = found
		if found.Login != uuid.Nil {
			why = cmp.Or(why, refusedCodeUsed)
		}
	}
	if pair[0].Set != pair[1].Set || pair[0].Sheet == pair[1].Sheet {
		why = cmp.Or(why, refusedCodeSheet)
	}
	sets, err := s.store.EmergencySets(ctx)
	if err != nil {
		return EmergencySet{}, err
	}
	i := slices.IndexFunc(sets, func(set EmergencySet) bool { return set.ID == pair[0].Set })
	if why == "" && (i < 0 || !sets[i].InForce(s.now())) {
		why = refusedCodeExpired
	}
	if why != "" {
		return EmergencySet{}, fault.Coded(fault.Unauthenticated, why)
	}
	return sets[i], nil
}

// refuseEmergency writes into the audit why codes were refused, and returns what
// may be told about it.
func (s *Service) refuseEmergency(ctx context.Context, err error) error {
	why := fault.CodeOf(err)
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		err = fault.New(fault.Unauthenticated)
	case fault.Invalid:
		why = refusedPerson
	default:
		return err
	}
	if failed := s.note(ctx, Actor{}, audit.EmergencyRefused, audit.EmergencyCode, why); failed != nil {
		return failed
	}
	return err
}

// emergencyPeople finds who can come in to a unit.
func (s *Service) emergencyPeople(ctx context.Context, unit string) (EmergencyPeople, error) {
	all, err := s.store.Users(ctx)
	if err != nil {
		return EmergencyPeople{}, err
	}
	units, err := s.store.Units(ctx)
	if err != nil {
		return EmergencyPeople{}, err
	}
	people := EmergencyPeople{Unit: unit, Name: unit}
	for _, u := range units {
		if u.Code == unit {
			people.Name = u.Name
		}
	}
	for _, u := range all {
		u.PasswordHash = ""
		ofUnit := u.Role == Professional && slices.Contains(u.Units, unit)
		switch {
		case u.Disabled():
		case ofUnit:
			people.Users, people.Witnesses = append(people.Users, u), append(people.Witnesses, u)
		case u.Role == Admin:
			people.Witnesses = append(people.Witnesses, u)
		}
	}
	byName := func(a, b User) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Username, b.Username)) }
	slices.SortFunc(people.Users, byName)
	slices.SortFunc(people.Witnesses, byName)
	return people, nil
}

func (s *Service) checkEmergencyPeople(ctx context.Context, unit string, user, witness uuid.UUID) error {
	people, err := s.emergencyPeople(ctx, unit)
	if err != nil {
		return err
	}
	has := func(list []User, id uuid.UUID) bool {
		return slices.ContainsFunc(list, func(u User) bool { return u.ID == id })
	}
	var f fault.Findings
	if !has(people.Users, user) {
		f.Add("/user", fault.Required, nil)
	}
	switch {
	case !has(people.Witnesses, witness):
		f.Add("/witness", fault.Required, nil)
	case witness == user:
		f.Add("/witness", fault.Duplicate, nil)
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err = s.store.UserForChange(ctx, user)
	return err
}

// proveByCode checks that somebody at an emergency session has the paper that
// opened it.
func (s *Service) proveByCode(ctx context.Context, f *fault.Findings, session Session, pointer, typed string) error {
	hash, ok := s.secrets.HashEmergencyCode(typed)
	switch {
	case typed == "":
		f.Add(pointer, fault.Required, nil)
		return nil
	case !ok:
		f.Add(pointer, fault.MistypedEmergency, nil)
		return nil
	}
	code, err := s.store.EmergencyCode(ctx, hash)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err == nil && code.Login == session.Emergency {
		return nil
	}
	f.Add(pointer, fault.WrongEmergency, nil)
	return s.note(ctx, session.Actor, audit.LoginFailed, audit.User, session.Actor.ID.String())
}
