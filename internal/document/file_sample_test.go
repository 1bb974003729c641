package document

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// filePapers is a client's own file of two visits.
func filePapers() []paper {
	return []paper{{name: "file", set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
		t.Helper()
		doc, err := FilePaper(sampleFile(t, plain), tag)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}}}
}

// made gives sample ids that are the same in every run.
func made(n byte) uuid.UUID { return uuid.UUID{15: n} }

// sampleFile is an invented client, who has been here twice and the second time
// answered beforehand.
func sampleFile(t testing.TB, plain bool) File {
	t.Helper()
	nurse, adviser := made(1), made(2)
	morning := time.Date(2023, 5, 12, 6, 30, 0, 0, time.UTC)
	autumn := time.Date(2023, 11, 12, 8, 5, 0, 0, time.UTC)
	first, second := sampleConsent(10, morning), sampleConsent(11, autumn)
	second.GivenBy, second.Ground, second.SignedName = consent.ByRepresentative, "Edunvalvoja, päätös 12.1.2023", "Testi Edustaja"
	one := sampleVisit(t, "yhteistyo", 20, first.ID, nurse, morning)
	two := sampleVisit(t, "borderline", 21, second.ID, nurse, autumn)
	two.Mode, two.Plain, two.Present, two.Expected = assessment.Self, plain, []string{assessment.PresentClosePerson}, segment.Network
	invited := made(30)
	f := assessment.File{
		Registers: access.Registers,
		MadeAt:    autumn.AddDate(0, 0, 3), ConsentID: second.ID, ClientRef: "VA-1042",
		Consents: []consent.Record{first, second}, Visits: []assessment.FileVisit{one, two},
		Invitations: []assessment.FileInvitation{{
			ID: invited, Unit: "vuosaari-ta", Register: access.Health, Battery: "functioning", Language: lang.Finnish, Plain: plain, ClientRef: "VA-1042",
			CreatedBy: nurse, CreatedAt: autumn.AddDate(0, 0, -5), ExpiresAt: autumn.AddDate(0, 0, 9), LinkUsedAt: autumn.AddDate(0, 0, -2), Failures: 2,
			Assessment: two.ID, AnsweredAt: autumn.AddDate(0, 0, -1),
		}},
		Archived: []assessment.FileArchived{
			{Kind: "consent", Of: first.ID, State: "delivered", QueuedAt: morning, DeliveredAt: morning.Add(time.Minute)},
			{Kind: "result", Of: one.ID, State: "delivered", QueuedAt: morning.Add(40 * time.Minute), DeliveredAt: morning.Add(41 * time.Minute)},
			{Kind: "result", Of: two.ID, State: "waiting", QueuedAt: autumn},
		},
		Names: map[uuid.UUID]string{nurse: "Testi Terveydenhoitaja", adviser: "Testi Palveluohjaaja"},
	}
	note := func(minutes int, actor uuid.UUID, role string, action audit.Action, of uuid.UUID) {
		f.Trail = append(f.Trail, assessment.FileTrail{At: morning.Add(time.Duration(minutes) * time.Minute), Actor: actor, Role: role, Action: action, Of: of})
	}
	for i, action := range []audit.Action{
		audit.ConsentGiven, audit.AssessmentStarted, audit.HandedOver, audit.AssessmentAnswered, audit.AssessmentAnswered, audit.TakenBack,
		audit.AssessmentAnswered, audit.AssessmentCompleted, audit.ResultRead, audit.AssessmentConfirmed, audit.ResultPrinted, audit.ResultRecorded,
	} {
		of := one.ID
		if action == audit.ConsentGiven {
			of = first.ID
		}
		note(3*i, nurse, "professional", action, of)
	}
	note(41, uuid.Nil, "system", audit.ResultArchived, one.ID)
	note(60*24*30, adviser, "professional", audit.AssessmentListed, one.ID)
	note(60*24*30+1, adviser, "professional", audit.ResultRead, one.ID)
	note(60*24*160, nurse, "professional", audit.InvitationMade, invited)
	note(60*24*163, invited, "client", audit.LoggedIn, invited)
	note(60*24*163+1, invited, "client", audit.AssessmentAnswered, two.ID)
	note(60*24*184, nurse, "professional", audit.AssessmentListed, one.ID)
	note(60*24*184, nurse, "professional", audit.AssessmentListed, two.ID)
	lib := library(t)
	current, _ := lib.Current("functioning")
	return File{
		File: f, Units: map[string]string{"vuosaari-ta": "Vuosaaren terveysasema"},
		Batteries: map[assessment.Version]*instrument.Battery{
			{Code: "individual-client", Version: 1}: lib.Client(), one.ProfessionalBattery: pinned(t, lib, one.ProfessionalBattery),
			two.ProfessionalBattery: pinned(t, lib, two.ProfessionalBattery),
		},
		Current: map[string]*instrument.Battery{"functioning": current},
	}
}

func pinned(t testing.TB, lib *instrument.Library, v assessment.Version) *instrument.Battery {
	t.Helper()
	b, ok := lib.Version(v.Code, v.Version)
	if !ok {
		t.Fatalf("no battery %v", v)
	}
	return b
}

func sampleConsent(n byte, at time.Time) consent.Record {
	return consent.Record{
		ID: made(n), Unit: "vuosaari-ta", Language: lang.Finnish, Form: consent.Electronic, Purposes: consent.Purposes, GivenBy: consent.ByClient,
		SignedName: "Testi Asiakas", TextVersion: 1, TextSHA256: "9b1f5a4d7c0e8f3a2b6d1c5e4f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a",
		GivenAt: at, Before: "Testi Terveydenhoitaja", BeforeID: made(1), ClientRef: "VA-1042",
	}
}

// sampleVisit is a sample as an assessment that was confirmed and recorded.
func sampleVisit(t testing.TB, name string, n byte, under, by uuid.UUID, at time.Time) assessment.FileVisit {
	t.Helper()
	r := named(t, name)
	a := &assessment.Assessment{
		ID: made(n), Revision: 31, Status: assessment.Confirmed, ConsentID: under, Statistics: true, Unit: "vuosaari-ta", Register: access.Health,
		Language: lang.Finnish, Mode: assessment.Joint, AssessedOn: calendar.DayOf(at), ClientRef: "VA-1042",
		ClientBattery:       assessment.Version{Code: r.ClientBattery.Code, Version: r.ClientBattery.Version},
		ProfessionalBattery: assessment.Version{Code: r.ProfessionalBattery.Code, Version: r.ProfessionalBattery.Version},
		Client:              r.Client, Professional: r.Professional, Result: &r.Scoring, FeedbackGiven: true,
		CreatedBy: by, CreatedAt: at, CompletedAt: at.Add(21 * time.Minute),
		Confirmation: &assessment.Confirmation{Segment: r.Agreed, Reason: r.Reason, ReviewOn: r.ReviewOn, At: at.Add(27 * time.Minute)},
	}
	for _, action := range r.Actions {
		a.Confirmation.Actions = append(a.Confirmation.Actions, assessment.Action(action))
	}
	a.Client[3] = instrument.Answer{Item: a.Client[3].Item, Value: a.Client[3].Value, Unclear: true}
	return assessment.FileVisit{
		Assessment: a,
		Events: []assessment.Event{
			{Assessment: a.ID, Kind: assessment.Discussed, At: at.Add(25 * time.Minute), By: by},
			{Assessment: a.ID, Kind: assessment.Printed, At: at.Add(30 * time.Minute), By: by},
		},
		Seconds: map[assessment.Phase]int{assessment.PhaseConsent: 130, assessment.PhaseClient: 541, assessment.PhaseProfessional: 260, assessment.PhaseResult: 402},
	}
}
