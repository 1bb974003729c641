package fault

import (
	"sort"
	"strconv"
	"strings"
)

// MaxFindings bounds how many findings one answer lists.
const MaxFindings = 100

// Finding codes. The words for a code are in the message catalogue under
// "finding.<code>", with Args filled in.
const (
	Required           = "required"
	UnknownField       = "unknown_field"
	NullValue          = "null_value"
	WrongType          = "wrong_type"            // Args: expected
	NotInList          = "not_in_list"           // Args: allowed
	TooSmall           = "too_small"             // Args: min
	TooGreat           = "too_great"             // Args: max
	TooShort           = "too_short"             // Args: min
	TooLong            = "too_long"              // Args: max
	TooFew             = "too_few"               // Args: min
	TooMany            = "too_many"              // Args: max
	Duplicate          = "duplicate"             // a value or an item given twice
	BadFormat          = "bad_format"            // Args: format
	BadCharacter       = "bad_character"         // NUL or a lone surrogate
	NotADate           = "not_a_date"            //
	InTheFuture        = "in_the_future"         //
	EndBeforeStart     = "end_before_start"      //
	UnknownUnit        = "unknown_unit"          // unknown, or not the caller's
	UnknownBattery     = "unknown_battery"       //
	UnknownItem        = "unknown_item"          //
	ValueOrSkip        = "value_or_skip"         // exactly one of the two
	ConsentMissing     = "consent_missing"       // none, or not known
	ConsentPurpose     = "consent_purpose"       // Args: purpose
	ClientMismatch     = "client_mismatch"       // client_ref contradicts the consent's
	ReasonRequired     = "reason_required"       // another segment was agreed
	GroundRequired     = "ground_required"       // a representative gave consent
	GroundUnexpected   = "ground_unexpected"     // a ground without a representative
	TooFewAnswers      = "too_few_answers"       // Args: side, scored, needed
	PeriodNotWhole     = "period_not_whole"      // whole months or configured periods only
	BatteryInUse       = "battery_in_use"        // answers to another battery are there
	FieldNotAllowed    = "field_not_allowed"     // known, but not in this call
	WrongCode          = "wrong_code"            // of an invitation
	Taken              = "taken"                 // somebody or something else has it
	WrongPassword      = "wrong_password"        //
	SameAsUsername     = "same_as_username"      // a password
	SameAsOld          = "same_as_old"           // a password
	TooCommon          = "too_common"            // a password that is guessed soon
	TextChanged        = "text_changed"          // the consent text that was read is not the current one any more
	NeedsBothRegisters = "needs_both_registers"  // a role that is not limited to one
	LastAdmin          = "last_admin"            // the only administrator who is not disabled
	WrongFactor        = "wrong_factor"          // a code of an authenticator app
	WrongRecovery      = "wrong_recovery"        // a recovery code
	WrongPasskey       = "wrong_passkey"         //
	Mismatch           = "mismatch"              // a new password, typed a second time
	MistypedCode       = "mistyped_code"         // of a paper form: a slip of the pen
	UnknownForm        = "unknown_form"          // a paper form that this program doesn't know
	NotInUse           = "not_in_use"            // a paper form whose questions the house doesn't use
	NotAMark           = "not_a_mark"            // in a box of a paper form
	MistypedEmergency  = "mistyped_emergency"    // a sealed code: a slip of the pen
	WrongEmergency     = "wrong_emergency"       // a sealed code that did not open this session
	NothingAnswered    = "nothing_answered"      // every question of a survey was left empty
	TooManyRows        = "too_many_rows"         // Args: max
	TooManyForWorkbook = "too_many_for_workbook" // Args: max
	NotAnExpert        = "not_an_expert"         // a user whose role reads no reports, or who is disabled
)

// Args are the limits that a finding's words mention. They come from our own
// rules, never from what was sent.
type Args map[string]any

// Finding is one thing that is wrong with an input.
type Finding struct {
	Pointer string // RFC 6901, for example /client_answers/3/value; "" is the whole input; /name for a query parameter
	Code    string
	Args    Args
}

// Findings collects everything that is wrong with one input. The zero value is
// ready to use.
type Findings []Finding

// Add appends a finding unless one with the same pointer and code is there.
func (f *Findings) Add(pointer, code string, args Args) {
	for _, have := range *f {
		if have.Pointer == pointer && have.Code == code {
			return
		}
	}
	*f = append(*f, Finding{Pointer: pointer, Code: code, Args: args})
}

// Touches tells whether something is wrong at a pointer, above it or below it.
// A later check uses it to stay silent about a field that is reported already.
func (f Findings) Touches(pointer string) bool {
	for _, have := range f {
		if have.Pointer == pointer || strings.HasPrefix(have.Pointer, pointer+"/") || strings.HasPrefix(pointer, have.Pointer+"/") {
			return true
		}
	}
	return false
}

// Err returns nil when nothing was found, and otherwise one Invalid error with
// all findings, sorted by pointer and at most MaxFindings of them. Its code is
// "consent_required" when consent is all that is missing.
func (f Findings) Err() error {
	if len(f) == 0 {
		return nil
	}
	list := append(Findings(nil), f...)
	sort.SliceStable(list, func(i, j int) bool { return less(list[i].Pointer, list[j].Pointer) })
	code := CodeConsentRequired
	for _, one := range list {
		if one.Code != ConsentMissing && one.Code != ConsentPurpose {
			code = Invalid.String()
			break
		}
	}
	if len(list) > MaxFindings {
		list = list[:MaxFindings]
	}
	return &Error{Kind: Invalid, Code: code, Findings: list}
}

// less orders pointers segment by segment, array indexes by number.
func less(a, b string) bool {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for i := 0; i < len(as) && i < len(bs); i++ {
		if as[i] == bs[i] {
			continue
		}
		an, aerr := strconv.Atoi(as[i])
		bn, berr := strconv.Atoi(bs[i])
		if aerr == nil && berr == nil {
			return an < bn
		}
		return as[i] < bs[i]
	}
	return len(as) < len(bs)
}
