package store

import (
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/omasuunta/omasuunta/internal/envelope"
)

// The parts of migration 13 that have a form of their own.

func openHex(key envelope.DataKey, at envelope.Place, digits string) ([]byte, error) {
	box, err := hex.DecodeString(digits)
	if err != nil {
		return nil, err
	}
	return key.Open(box, at)
}

// plainAnswer and plainConfirmation are documents as they were before.
type plainAnswer struct {
	Item    string `json:"item"`
	Value   *int   `json:"value,omitempty"`
	Skip    string `json:"skip,omitempty"`
	Comment string `json:"comment,omitempty"`
	Unclear bool   `json:"unclear,omitempty"`
}

type plainSheet struct {
	Scale   [2]int        `json:"scale"`
	Answers []plainAnswer `json:"answers"`
}

type plainAction struct {
	Text        string `json:"text"`
	Responsible string `json:"responsible,omitempty"`
	Due         string `json:"due,omitempty"`
}

type plainConfirmation struct {
	Reason   string        `json:"reason,omitempty"`
	Actions  []plainAction `json:"actions,omitempty"`
	ReviewOn string        `json:"review_on,omitempty"`
	At       time.Time     `json:"at"`
}

type plainSecrets struct {
	ClientRef    string            `json:"client_ref,omitempty"`
	Client       map[string]string `json:"client,omitempty"`
	Professional map[string]string `json:"professional,omitempty"`
	Reason       string            `json:"reason,omitempty"`
	Actions      []plainAction     `json:"actions,omitempty"`
}

// take moves the comments out of a sheet.
func (s *plainSheet) take() map[string]string {
	comments := map[string]string{}
	for i := range s.Answers {
		if a := &s.Answers[i]; a.Comment != "" {
			comments[a.Item], a.Comment = a.Comment, ""
		}
	}
	return comments
}

// give puts them back.
func (s *plainSheet) give(comments map[string]string) {
	for i := range s.Answers {
		s.Answers[i].Comment = comments[s.Answers[i].Item]
	}
}

// plainAssessment is what is read of an assessment and written again.
type plainAssessment struct {
	id, consent          string
	client, professional plainSheet
	confirmation         *plainConfirmation
}

func (a *plainAssessment) read(client, professional, confirmation string) error {
	if err := json.Unmarshal([]byte(client), &a.client); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(professional), &a.professional); err != nil {
		return err
	}
	if confirmation == "" {
		return nil
	}
	a.confirmation = &plainConfirmation{}
	return json.Unmarshal([]byte(confirmation), a.confirmation)
}

func (a *plainAssessment) documents() []any {
	all := []any{encode(a.client), encode(a.professional), document(nil)}
	if a.confirmation != nil {
		all[2] = encode(a.confirmation)
	}
	return all
}

var assessmentParts = []string{"consent_id", "client_answers", "professional_answers", "confirmation"}

// eachAssessment reads all of them, with the keys of their consents.
func (s sealer) eachAssessment(more string, do func(a *plainAssessment, more string, key envelope.DataKey) error) error {
	return eachStep(s.tx, "assessments", "id", append([]string{more}, assessmentParts...), func(step []plainRow) error {
		ids := make([]string, len(step))
		for i, row := range step {
			ids[i] = row.values[1].String
		}
		keys, err := s.recordKeys(ids)
		if err != nil {
			return err
		}
		for _, row := range step {
			a := &plainAssessment{id: row.id, consent: row.values[1].String}
			if err := a.read(row.values[2].String, row.values[3].String, row.values[4].String); err != nil {
				return err
			}
			if err := do(a, row.values[0].String, keys[a.consent]); err != nil {
				return err
			}
		}
		return nil
	})
}

const writeDocuments = "client_answers = ?, professional_answers = ?, confirmation = ? WHERE id = ?"

func sealAssessments(s sealer) error {
	return s.eachAssessment("client_ref", func(a *plainAssessment, client string, key envelope.DataKey) error {
		secrets := plainSecrets{ClientRef: client, Client: a.client.take(), Professional: a.professional.take()}
		if c := a.confirmation; c != nil {
			secrets.Reason, secrets.Actions, c.Reason, c.Actions = c.Reason, c.Actions, "", nil
		}
		values := []any{pack(key, boxOf("assessments", a.id), secrets), blob(s.index.Of(clientIndex, client))}
		return classify(s.tx.Exec("UPDATE assessments SET sealed = ?, client_index = ?, client_ref = substr(client_ref, 1, 0), "+writeDocuments,
			append(append(values, a.documents()...), a.id)...).Error)
	})
}

func unsealAssessments(s sealer) error {
	return s.eachAssessment(boxColumn(s.tx, sealedColumn), func(a *plainAssessment, digits string, key envelope.DataKey) error {
		var secrets plainSecrets
		if err := s.unpackHex(key, boxOf("assessments", a.id), digits, &secrets); err != nil {
			return err
		}
		a.client.give(secrets.Client)
		a.professional.give(secrets.Professional)
		if c := a.confirmation; c != nil {
			c.Reason, c.Actions = secrets.Reason, secrets.Actions
		}
		return classify(s.tx.Exec("UPDATE assessments SET client_ref = ?, "+writeDocuments,
			append(append([]any{optional(secrets.ClientRef)}, a.documents()...), a.id)...).Error)
	})
}

// identityPart is one row of either table of identities.
type identityPart struct {
	Issuer  string
	Subject string
	Index   blob
	Sealed  blob
	User    string
	Created string
}

func sealIdentities(s sealer) error {
	for {
		var step []identityPart
		err := s.tx.Raw("SELECT issuer, subject, CAST(user_id AS text) AS user FROM identities_plain ORDER BY issuer, subject LIMIT ?", sealingStep).Scan(&step).Error
		if err != nil || len(step) == 0 {
			return classify(err)
		}
		for _, one := range step {
			index := blob(s.index.Of(subjectIndex+" "+one.Issuer, one.Subject))
			box := pack(s.house, boxOf("identities", identityName(one.Issuer, index)), subjectSecrets{one.Subject})
			if err := s.tx.Exec(`INSERT INTO identities (issuer, subject_index, sealed, user_id, created_at)
SELECT issuer, ?, ?, user_id, created_at FROM identities_plain WHERE issuer = ? AND subject = ?`, index, box, one.Issuer, one.Subject).Error; err != nil {
				return classify(err)
			}
			if err := s.tx.Exec("DELETE FROM identities_plain WHERE issuer = ? AND subject = ?", one.Issuer, one.Subject).Error; err != nil {
				return classify(err)
			}
		}
	}
}

func unsealIdentities(s sealer) error {
	for {
		var step []identityPart
		err := s.tx.Raw(`SELECT issuer, subject_index AS "index", sealed FROM identities ORDER BY issuer, subject_index LIMIT ?`, sealingStep).Scan(&step).Error
		if err != nil || len(step) == 0 {
			return classify(err)
		}
		for _, one := range step {
			var secrets subjectSecrets
			if err := unpack(s.house, boxOf("identities", identityName(one.Issuer, one.Index)), one.Sealed, &secrets); err != nil {
				return err
			}
			if err := s.tx.Exec(`INSERT INTO identities_plain (issuer, subject, user_id, created_at)
SELECT issuer, ?, user_id, created_at FROM identities WHERE issuer = ? AND subject_index = ?`, secrets.Subject, one.Issuer, one.Index).Error; err != nil {
				return classify(err)
			}
			if err := s.tx.Exec("DELETE FROM identities WHERE issuer = ? AND subject_index = ?", one.Issuer, one.Index).Error; err != nil {
				return classify(err)
			}
		}
	}
}

// plainValue is a column of bytes that are sealed where they stand.
type plainValue struct {
	table, id, column string
	mentions          bool // the ids in it are kept beside it
}

var plainValues = []plainValue{
	{table: "totp_factors", id: "user_id", column: "secret"},
	{table: "idempotency_keys", id: "claim", column: "body", mentions: true},
}

func (v plainValue) place(row string) envelope.Place {
	return envelope.Place{Table: v.table, Row: row, Column: v.column}
}

func sealValues(s sealer, v plainValue) error {
	return eachStep(s.tx, v.table, v.id, []string{boxColumn(s.tx, v.column)}, func(step []plainRow) error {
		for _, row := range step {
			text, err := hex.DecodeString(row.values[0].String)
			if err != nil || len(text) == 0 {
				continue
			}
			set, values := v.column+" = ?", []any{blob(s.house.Seal(text, v.place(row.id)))}
			if v.mentions {
				set, values = set+", mentions = ?", append(values, mentions(text))
			}
			if err := s.tx.Exec("UPDATE "+v.table+" SET "+set+" WHERE "+v.id+" = ?", append(values, row.id)...).Error; err != nil {
				return classify(err)
			}
		}
		return nil
	})
}

func unsealValues(s sealer, v plainValue) error {
	return eachStep(s.tx, v.table, v.id, []string{boxColumn(s.tx, v.column)}, func(step []plainRow) error {
		for _, row := range step {
			if row.values[0].String == "" {
				continue
			}
			text, err := openHex(s.house, v.place(row.id), row.values[0].String)
			if err != nil {
				return err
			}
			if err := s.tx.Exec("UPDATE "+v.table+" SET "+v.column+" = ? WHERE "+v.id+" = ?", blob(text), row.id).Error; err != nil {
				return classify(err)
			}
		}
		return nil
	})
}
