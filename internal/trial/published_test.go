package trial_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// published is one figure of the report on the trial of 2023: the heading of the
// page that it stands on, what it counts, how it is printed, and how it is computed.
type published struct {
	page, what string
	printed    string // as on the page, without spaces before %: "33 (85%)", "15"
	got        func(f facts) trial.Part
	// Where the report's own figures disagree with each other or with rounding, what
	// comes out instead, and why. docs/guide/trial.md tells it to the expert.
	instead, because string
}

// facts is the report with ways to its numbers.
type facts struct {
	t testing.TB
	trial.Report
}

// The pages of the report, by their headings.
const (
	pagePeriod     = "Omasuuntima-palvelu ja käytön kokeilu Helsingin sotepe:issa 5.5.-12.11.2023"
	pageTraining   = "Käyttäjäkoulutus ja käytön kokeiluun saatu tuki"
	pageSegments   = "Asiakkuudet Helsingin kaupungin sosiaali- ja terveyspalveluissa ja käytetyt kysymyspatteristot"
	pageClients    = "Asiakkaiden mielipide Omasuuntima-palvelusta"
	pageComments   = "Asiakkaiden antamat avoimet kommentit Omasuuntima-palvelun käytöstä"
	pageSurvey     = "Ammattilaisten käytön kokeilun kysely"
	pageTarget     = "Toimialajohto asetti ammattilaisille tavoitteeksi 10 Omasuuntimaa 12.11.23 mennessä"
	pageStaff      = "Henkilöstökokemus"
	pageOutput     = "Tuottavuus"
	pageEffect     = "Vaikuttavuus"
	pageClientAims = "Asiakaskokemus"
	pageVisit      = "Vastaanoton/tapaamisen järjestelyt"
	pageTime       = "Omasuuntiman viemä aika ja toiminnan muuttaminen"
	pageWhen       = "Milloin Omasuuntima kannattaisi tehdä ja miten palvelua tulisi kehittää?"
	pageWider      = "Omasuuntima-palvelun käytön laajentaminen"
	pageEnd        = "Keskeiset havainnot ja johtopäätökset"
	pageHardships  = "Käytön kokeilun haasteet"
)

const (
	twice      = "26 of 39 is 66.7 %; 66 % comes out when the rounded shares of its two parts are added"
	notTwelve  = "5 of 39 is 12.8 %; the same count is printed as 13 % beside it"
	notFive    = "10 of 39 is 25.6 %; the same count is printed as 26 % above it"
	notSixteen = "6 of 39 is 15.4 %; the same count is printed as 15 % elsewhere"
	eightOf39  = "8 of 39 is 20.5 %: what the others are decides which way it goes so that a whole line adds up to 100"
)

// The report from top to bottom.
var figures = []published{
	{page: pageTraining, what: "trainings", printed: "15", got: func(f facts) trial.Part { return of(len(f.Diary.Training.Entries)) }},
	{page: pageTraining, what: "hours of each training", printed: "2.5", got: func(f facts) trial.Part { return f.hoursOfEach() }},
	{page: pageTraining, what: "trainings from April to September 2023", printed: "15", got: func(f facts) trial.Part { return of(within(f.Diary.Training.Entries, "2023-04-01", "2023-09-30")) }},
	{page: pageTraining, what: "trained", printed: "84", got: func(f facts) trial.Part { return of(f.Diary.Training.People()) }},
	{page: pageTraining, what: "of them with clients", printed: "65", got: func(f facts) trial.Part { return of(f.Diary.Training.WithClients) }},
	{page: pageTraining, what: "of them managers and project experts", printed: "19", got: func(f facts) trial.Part { return of(f.Diary.Training.Others) }},
	{page: pageTraining, what: "trained enough", printed: "34 (87%)", got: chose("training", "yes")},
	{page: pageTraining, what: "support meetings from June to October 2023", printed: "4", got: func(f facts) trial.Part { return of(within(f.Diary.Support.Entries, "2023-06-01", "2023-10-31")) }},
	{page: pageSegments, what: "assessments", printed: "86", got: func(f facts) trial.Part { return trial.Part{Count: f.Distribution.N} }},
	{page: pageSegments, what: "omatoimi", printed: "40 (47%)", got: share(segments, "omatoimi")},
	{page: pageSegments, what: "yhteisö", printed: "8 (9%)", got: share(segments, "yhteiso")},
	{page: pageSegments, what: "yhteistyö", printed: "15 (17%)", got: share(segments, "yhteistyo")},
	{page: pageSegments, what: "verkosto", printed: "23 (27%)", got: share(segments, "verkosto")},
	{page: pageSegments, what: "individual-client", printed: "86 (100%)", got: share(batteries, "individual-client")},
	{page: pageSegments, what: "functioning", printed: "37 (43%)", got: share(batteries, "functioning")},
	{page: pageSegments, what: "illness-care", printed: "3 (4%)", got: share(batteries, "illness-care")},
	{page: pageSegments, what: "social-wellbeing", printed: "32 (37%)", got: share(batteries, "social-wellbeing")},
	{page: pageSegments, what: "health-risk", printed: "14 (16%)", got: share(batteries, "health-risk")},
	{page: pageClients, what: "useful", printed: "33 (85%)", got: func(f facts) trial.Part { return f.Feedback.Useful }},
	{page: pageClients, what: "clients who were asked about usefulness", printed: "39", got: func(f facts) trial.Part { return sumOf(f.Feedback.Usefulness) }},
	{page: pageClients, what: "agree or partly agree", printed: "37 (95%)", got: func(f facts) trial.Part { return f.Feedback.Agreeing }},
	{page: pageClients, what: "clients who were asked about the result", printed: "39", got: func(f facts) trial.Part { return sumOf(f.Feedback.Agreement) }},
	{page: pageComments, what: "comments", printed: "19", got: func(f facts) trial.Part { return trial.Part{Count: f.Feedback.Comments} }},
	{page: pageComments, what: "comments that are told", printed: "19", got: func(f facts) trial.Part { return of(len(f.Feedback.Texts)) }},
	{page: pageSurvey, what: "answers", printed: "39", got: func(f facts) trial.Part { return of(f.Survey.Answers) }},
	{page: pageSurvey, what: "without client work", printed: "4", got: count(chose("practice", "no_client_work"))},
	{page: pageSurvey, what: "trained, but made none", printed: "4", got: count(chose("practice", "made_none"))},
	{page: pageSurvey, what: "answers by organisation", printed: "39", got: func(f facts) trial.Part { return f.everybody("unit") }},
	{page: pageSurvey, what: "earlier use", printed: "19 (49%)", got: chose("earlier_use", "yes")},
	{page: pageSurvey, what: "wholly or partly useful", printed: "26 (66%)", got: together("usefulness", trial.Useful), instead: "26 (67%)", because: twice},
	{page: pageSurvey, what: "not useful", printed: "10 (26%)", got: chose("usefulness", "not")},
	{page: pageTarget, what: "reached ten, by what they said", printed: "2", got: count(chose("target_reached", "yes"))},
	{page: pageTarget, what: "reached ten, by what they did", printed: "2", got: func(f facts) trial.Part { return trial.Part{Count: f.Target.Reached} }},
	{page: pageTarget, what: "the target", printed: "10", got: func(f facts) trial.Part { return of(f.Target.Goal) }},
	{page: pageTarget, what: "who was asked", printed: "39", got: func(f facts) trial.Part { return f.everybody("target_reached") }},
	{page: pageStaff, what: "wholly or partly useful", printed: "26 (66%)", got: together("usefulness", trial.Useful), instead: "26 (67%)", because: twice},
	{page: pageStaff, what: "uniform ways of working", printed: "5 (12%)", got: together("uniform_work", trial.Agreed), instead: "5 (13%)", because: notTwelve},
	{page: pageStaff, what: "the whole picture", printed: "7 (18%)", got: together("whole_picture", trial.Agreed)},
	{page: pageStaff, what: "a common language", printed: "5 (13%)", got: together("common_language", trial.Agreed)},
	{page: pageStaff, what: "worth filling in", printed: "4 (10%)", got: together("worth_filling", trial.Agreed)},
	{page: pageOutput, what: "assessments", printed: "86", got: func(f facts) trial.Part { return f.inMonths() }},
	{page: pageEffect, what: "more systematic", printed: "5 (13%)", got: together("systematic", trial.Agreed)},
	{page: pageEffect, what: "more individual services", printed: "3 (8%)", got: together("individual_services", trial.Agreed)},
	{page: pageEffect, what: "the right service", printed: "5 (13%)", got: together("right_service", trial.Agreed)},
	{page: pageEffect, what: "service entities", printed: "6 (16%)", got: together("service_entities", trial.Agreed), instead: "6 (15%)", because: notSixteen},
	{page: pageClientAims, what: "useful, said clients", printed: "33 (85%)", got: func(f facts) trial.Part { return f.Feedback.Useful }},
	{page: pageClientAims, what: "agree or partly agree, said clients", printed: "37 (95%)", got: func(f facts) trial.Part { return f.Feedback.Agreeing }},
	{page: pageClientAims, what: "understood own resources", printed: "10 (26%)", got: together("own_resources", trial.Agreed)},
	{page: pageClientAims, what: "minded own life", printed: "10 (25%)", got: together("life_situation", trial.Agreed), instead: "10 (26%)", because: notFive},
	{page: pageClientAims, what: "were heard", printed: "15 (38%)", got: together("heard", trial.Agreed)},
	{page: pageClientAims, what: "took part", printed: "7 (18%)", got: together("takes_part", trial.Agreed)},
	{page: pageClientAims, what: "suitable support", printed: "6 (16%)", got: together("suitable_support", trial.Agreed), instead: "6 (15%)", because: notSixteen},
	{page: pageVisit, what: "at the end", printed: "17 (44%)", got: chose("phase", "end")},
	{page: pageVisit, what: "at the beginning", printed: "7 (18%)", got: chose("phase", "beginning")},
	{page: pageVisit, what: "in the middle", printed: "7 (18%)", got: chose("phase", "middle")},
	{page: pageVisit, what: "made none", printed: "8 (20%)", got: chose("phase", "did_none")},
	{page: pageVisit, what: "who was asked", printed: "39", got: func(f facts) trial.Part { return f.everybody("phase") }},
	{page: pageVisit, what: "rearranged the visit", printed: "8", got: count(chose("rearranged", "yes"))},
	{page: pageTime, what: "30 to 40 minutes", printed: "16 (41%)", got: chose("minutes", "30_40")},
	{page: pageTime, what: "more than 40 minutes", printed: "8 (20%)", got: chose("minutes", "over_40"), instead: "8 (21%)", because: eightOf39},
	{page: pageTime, what: "20 to 30 minutes longer", printed: "18 (46%)", got: chose("longer", "20_30")},
	{page: pageTime, what: "more than half an hour longer", printed: "6 (15%)", got: chose("longer", "over_30")},
	{page: pageTime, what: "changed ways of working", printed: "6", got: count(chose("ways_changed", "yes"))},
	{page: pageWhen, what: "at a thorough visit", printed: "20 (62%)", got: chose("when", "thorough_visit")},
	{page: pageWhen, what: "own part beforehand", printed: "7 (22%)", got: chose("when", "beforehand")},
	{page: pageWhen, what: "by phone", printed: "5 (16%)", got: chose("when", "phone")},
	{page: pageWider, what: "mean recommendation", printed: "3.59", got: func(f facts) trial.Part { return f.mean("recommend") }},
	{page: pageEnd, what: "a third of the units dropped out", printed: "4 (33%)", got: func(f facts) trial.Part {
		return trial.Part{Count: ptr(len(f.Diary.DroppedOut)), Percent: f.Diary.DroppedShare()}
	}},
	{page: pageEnd, what: "a third has no opinion on the statements", printed: "13 (33%)", got: func(f facts) trial.Part { return f.noOpinion() }},
	{page: pageHardships, what: "days without login", printed: "34", got: func(f facts) trial.Part { return of(f.OutageDays()) }},
	{page: pageHardships, what: "assessments in September", printed: "0", got: func(f facts) trial.Part { return trial.Part{Count: f.Months[4].Count} }},
}

// check holds every figure against what is printed.
func check(t *testing.T, r trial.Report) {
	t.Helper()
	f := facts{t, r}
	disagreeing := 0
	for _, one := range figures {
		want := one.printed
		if one.instead != "" {
			want = one.instead
			disagreeing++
		}
		part := one.got(f)
		got := "hidden"
		switch {
		case part.Count != nil && part.Percent != nil:
			got = fmt.Sprintf("%d (%d%%)", *part.Count, *part.Percent)
		case part.Count != nil:
			got = fmt.Sprint(*part.Count)
			if *part.Count > thousands { // of a number with decimals, see decimal
				got = fmt.Sprintf("%.4g", float64(*part.Count-thousands)/100)
			}
		}
		if got != want {
			t.Errorf("%s: %s is %s, want %s (%s)", one.page, one.what, got, want, one.because)
		}
	}
	if disagreeing != 7 {
		t.Errorf("%d figures disagree with what is printed: docs/guide/trial.md tells of 7", disagreeing)
	}
	for _, at := range r.Months {
		if at.Code == "2023-09" && (at.OutageDays != 30 || !at.OpenFrom.IsZero() || at.PerWeek != nil) ||
			at.Code == "2023-10" && (at.OutageDays != 4 || at.OpenFrom != day("2023-10-05")) {
			t.Errorf("%s: %+v", pageHardships, at)
		}
	}
}

// A number with decimals is carried in hundredths above thousands.
const thousands = 1_000_000

func decimal(value float64) trial.Part { return of(thousands + int(math.Round(value*100))) }

func of(n int) trial.Part { return trial.Part{Count: &n} }

func ptr(n int) *int { return &n }

var day = calendar.MustParse

func within(entries []diary.Entry, from, to string) int {
	n := 0
	for _, e := range entries {
		if !e.From.Before(day(from)) && !e.To.After(day(to)) {
			n++
		}
	}
	return n
}

func segments(r trial.Report) []report.Share  { return r.Distribution.Segments }
func batteries(r trial.Report) []report.Share { return r.Distribution.Batteries }

func share(line func(trial.Report) []report.Share, code string) func(facts) trial.Part {
	return func(f facts) trial.Part {
		for _, s := range line(f.Report) {
			if s.Code == code {
				return trial.Part{Count: s.Count, Percent: s.Percent}
			}
		}
		f.t.Errorf("there is no %s", code)
		return trial.Part{}
	}
}

// chose is one option of a question of the survey.
func chose(question, option string) func(facts) trial.Part {
	return func(f facts) trial.Part {
		q, _ := f.Survey.Question(question)
		o, found := q.Option(option)
		if !found {
			f.t.Errorf("there is no %s of %s", option, question)
		}
		return trial.Part{Count: o.Count, Percent: o.Percent}
	}
}

// together is a sum of options.
func together(question string, options []string) func(facts) trial.Part {
	return func(f facts) trial.Part {
		q, _ := f.Survey.Question(question)
		part, has := trial.Together(q, options)
		if !has {
			f.t.Errorf("%s doesn't have %v", question, options)
		}
		return part
	}
}

// count leaves a percentage out that isn't printed.
func count(of func(facts) trial.Part) func(facts) trial.Part {
	return func(f facts) trial.Part { return trial.Part{Count: of(f).Count} }
}

func sumOf(shares []report.Share) trial.Part {
	n := 0
	for _, s := range shares {
		n += *s.Count
	}
	return of(n)
}

func (f facts) hoursOfEach() trial.Part {
	for _, e := range f.Diary.Training.Entries {
		if e.Minutes != f.Diary.Training.Entries[0].Minutes {
			f.t.Errorf("%v is not as long as the others", e.From)
		}
	}
	return decimal(float64(f.Diary.Training.Entries[0].Minutes) / 60)
}

// everybody is all who answered a question, option by option.
func (f facts) everybody(question string) trial.Part {
	q, _ := f.Survey.Question(question)
	n := 0
	for _, o := range q.Options {
		n += *o.Count
	}
	return of(n)
}

func (f facts) inMonths() trial.Part {
	n := 0
	for _, m := range f.Months {
		n += *m.Count
	}
	return of(n)
}

func (f facts) mean(question string) trial.Part {
	q, _ := f.Survey.Question(question)
	if q.Mean == nil {
		return trial.Part{}
	}
	return decimal(*q.Mean)
}

// noOpinion is the same for every statement of the four aims.
func (f facts) noOpinion() (part trial.Part) {
	for _, q := range []string{"uniform_work", "whole_picture", "common_language", "worth_filling", "systematic", "individual_services", "right_service", "service_entities",
		"own_resources", "life_situation", "heard", "takes_part", "suitable_support"} {
		if part = together(q, []string{"no_opinion"})(f); *part.Count != 13 {
			return part
		}
	}
	return part
}
