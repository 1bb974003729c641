package archivedir

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/archive"
)

// format is the version of the manifest.
const format = 1

// manifest is what is written beside a document: codes, ids, times and hashes.
type manifest struct {
	Format      int       `json:"format"`
	ID          uuid.UUID `json:"id"`
	Kind        string    `json:"kind"`
	Subject     uuid.UUID `json:"subject"`
	Consent     uuid.UUID `json:"consent"`
	Unit        string    `json:"unit"`
	Register    string    `json:"register,omitempty"`
	Language    string    `json:"language"`
	At          time.Time `json:"at"`
	TextVersion int       `json:"text_version,omitempty"`
	TextSHA256  string    `json:"text_sha256,omitempty"`
	File        string    `json:"file"`
	MediaType   string    `json:"media_type"`
	Bytes       int       `json:"bytes"`
	SHA256      string    `json:"sha256"`
}

func manifestOf(i archive.Item) manifest {
	return manifest{
		Format: format, ID: i.ID, Kind: string(i.Kind), Subject: i.Subject, Consent: i.Consent,
		Unit: i.Unit, Register: i.Register, Language: string(i.Language), At: i.At.UTC(),
		TextVersion: i.TextVersion, TextSHA256: i.TextSHA256,
		File: documentName, MediaType: i.MediaType, Bytes: len(i.Content), SHA256: i.SHA256(),
	}
}

func (m manifest) encode() []byte {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic(err) // impossible: plain values, and times of this era
	}
	return append(data, '\n')
}

func decode(data []byte) (m manifest, err error) {
	if err = json.Unmarshal(data, &m); err == nil && (m.Format != format || m.File != documentName) {
		err = errors.New("archivedir: not a manifest of ours")
	}
	return m, err
}

// fits tells whether a manifest is about what is in its place.
func (m manifest) fits(place string, content []byte) bool {
	sum := sha256.Sum256(content)
	return m.ID.String() == place && m.Bytes == len(content) && m.SHA256 == hex.EncodeToString(sum[:])
}
