package document

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// File is a client's own file with the words that belong to it.
type File struct {
	assessment.File
	Units     map[string]string // names by code
	Batteries map[assessment.Version]*instrument.Battery
	Current   map[string]*instrument.Battery // those that invitations name, by code
	Demo      bool                           // invented data: the paper says so
}

// String keeps the file out of error texts.
func (f File) String() string { return "[redacted]" }

// GatherFile puts the names to a client's own file. A battery that this program
// does not have is left out: the paper then shows the codes.
func (s Sources) GatherFile(ctx context.Context, in assessment.File) (f File, err error) {
	f.File = in
	if f.Units, err = s.House.UnitNames(ctx); err != nil {
		return File{}, err
	}
	settings, err := s.House.ReportSettings(ctx)
	if err != nil {
		return File{}, err
	}
	f.Demo = settings.Demo
	f.Batteries = map[assessment.Version]*instrument.Battery{}
	for _, visit := range in.Visits {
		for _, version := range []assessment.Version{visit.ClientBattery, visit.ProfessionalBattery} {
			if b, ok := s.Library.Version(version.Code, version.Version); ok {
				f.Batteries[version] = b
			}
		}
	}
	f.Current = map[string]*instrument.Battery{}
	for _, invitation := range in.Invitations {
		if b, ok := s.Library.Current(invitation.Battery); ok {
			f.Current[invitation.Battery] = b
		}
	}
	return f, nil
}
