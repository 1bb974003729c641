package setting

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Bounds of the settings.
const (
	DefaultMinCell = 5
	maxMinCell     = 100
	maxPeriods     = 100
	maxTarget      = 1000
	maxText        = 200 // characters
	maxValue       = 10000
)

// definition is one setting: its default in stored form, and how that form is
// read into Settings. read gets a text without space around it.
type definition struct {
	name, byDefault string
	read            func(text string, into *Settings) error
}

// definitions is the one table of settings, in the order in which they are
// listed.
var definitions = []definition{
	{MinCell, strconv.Itoa(DefaultMinCell), func(text string, s *Settings) (err error) {
		s.MinCell, err = whole(text, 1, maxMinCell)
		return err
	}},
	{Periods, "", func(text string, s *Settings) (err error) {
		s.Periods, err = periods(text)
		return err
	}},
	{Figures, string(LiveFigures), func(text string, s *Settings) error {
		s.Figures = FigureKind(text)
		if s.Figures != LiveFigures && s.Figures != PublishedFigures {
			return &misfit{fault.NotInList, fault.Args{"allowed": "live, published"}, "is neither live nor published"}
		}
		return nil
	}},
	{Demo, "false", func(text string, s *Settings) error {
		s.Demo = text == "true"
		if text != "true" && text != "false" {
			return &misfit{fault.NotInList, fault.Args{"allowed": "true, false"}, "is neither true nor false"}
		}
		return nil
	}},
	{Target, "10", func(text string, s *Settings) (err error) {
		s.Target, err = whole(text, 0, maxTarget)
		return err
	}},
	{TargetFrom, "", func(text string, s *Settings) (err error) {
		s.TargetFrom, err = day(text)
		return err
	}},
	{TargetTo, "", func(text string, s *Settings) (err error) {
		s.TargetTo, err = day(text)
		return err
	}},
	{Batteries, "", func(text string, s *Settings) error {
		s.Batteries = codes(text)
		return nil
	}},
	{SessionIdle, "30", func(text string, s *Settings) error {
		n, err := whole(text, 5, 120)
		s.SessionIdle = time.Duration(n) * time.Minute
		return err
	}},
	{SessionMax, "10", func(text string, s *Settings) error {
		n, err := whole(text, 1, 24)
		s.SessionMax = time.Duration(n) * time.Hour
		return err
	}},
	{EmergencyMax, "8", func(text string, s *Settings) error {
		n, err := whole(text, 1, 24)
		s.EmergencyMax = time.Duration(n) * time.Hour
		return err
	}},
	{SecondFactor, string(Nobody), func(text string, s *Settings) error {
		s.SecondFactor = Circle(text)
		if !slices.Contains(Circles, s.SecondFactor) {
			return &misfit{fault.NotInList, fault.Args{"allowed": "nobody, admins_and_experts, everybody"}, "is none of nobody, admins_and_experts and everybody"}
		}
		return nil
	}},
	{FirstPassword, "7", func(text string, s *Settings) error {
		n, err := whole(text, 1, 90)
		s.FirstPassword = time.Duration(n) * 24 * time.Hour
		return err
	}},
	{Contact, "", func(text string, s *Settings) (err error) {
		s.Contact, err = words(text)
		return err
	}},
	{Organisation, "", func(text string, s *Settings) (err error) {
		s.Organisation, err = words(text)
		return err
	}},
}

// Names lists the settings in the order in which they are shown.
func Names() []string {
	names := make([]string, len(definitions))
	for i, d := range definitions {
		names[i] = d.name
	}
	return names
}

func find(name string) (definition, bool) {
	i := slices.IndexFunc(definitions, func(d definition) bool { return d.name == name })
	if i < 0 {
		return definition{}, false
	}
	return definitions[i], true
}

// Default is the stored form of what a setting is until it is changed, "" also
// for a name that is none.
func Default(name string) string {
	d, _ := find(name)
	return d.byDefault
}

// misfit is a value that does not fit: a finding for people, and words for the
// log and the command line. It never holds the value.
type misfit struct {
	code string
	args fault.Args
	why  string
}

func (m *misfit) Error() string { return m.why }

// Parse reads the settings from their stored form. What is not there has its
// default; a name that is no setting of this program is passed over, because a
// newer one may have left it.
//
// Whether a battery is known, or one day after another, is asked only when a
// setting is changed: a service must not stop over it.
func Parse(values map[string]string) (Settings, error) {
	var s Settings
	for _, d := range definitions {
		text, ok := values[d.name]
		if !ok {
			text = d.byDefault
		}
		if err := d.read(strings.TrimSpace(text), &s); err != nil {
			return Settings{}, fmt.Errorf("setting: %s %w", d.name, err)
		}
	}
	return s, nil
}

func whole(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	wrong := &misfit{why: fmt.Sprintf("is not a whole number from %d to %d", least, most)}
	switch {
	case err != nil:
		wrong.code, wrong.args = fault.WrongType, fault.Args{"expected": "integer"}
	case n < least:
		wrong.code, wrong.args = fault.TooSmall, fault.Args{"min": least}
	case n > most:
		wrong.code, wrong.args = fault.TooGreat, fault.Args{"max": most}
	default:
		return n, nil
	}
	return 0, wrong
}

func day(text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(text)
	if err != nil {
		return calendar.Date{}, &misfit{fault.NotADate, nil, "is not a day such as 2023-05-05"}
	}
	return d, nil
}

func periods(text string) ([]Period, error) {
	var list []Period
	for _, part := range strings.Split(text, ";") {
		fields := strings.Fields(part)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 || len(list) == maxPeriods {
			return nil, &misfit{fault.BadFormat, nil, "is not a list of NAME FROM TO separated by semicolons"}
		}
		from, err := calendar.Parse(fields[1])
		to, err2 := calendar.Parse(fields[2])
		switch {
		case err != nil || err2 != nil:
			return nil, &misfit{fault.NotADate, nil, "has a period with a day that does not exist"}
		case to.Before(from):
			return nil, &misfit{fault.EndBeforeStart, nil, "has a period that ends before it begins"}
		}
		list = append(list, Period{Name: fields[0], From: from, To: to})
	}
	return list, nil
}

// codes reads codes separated by commas, each once.
func codes(text string) []string {
	var list []string
	for _, code := range strings.Split(text, ",") {
		if code = strings.TrimSpace(code); code != "" && !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	return list
}

func words(text string) (string, error) {
	var f fault.Findings
	lang.CheckWritten(&f, "", text, maxText, false)
	if len(f) > 0 {
		return "", &misfit{f[0].Code, f[0].Args, fmt.Sprintf("is longer than %d characters or has one that cannot be kept", maxText)}
	}
	return text, nil
}
