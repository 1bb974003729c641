package exports

import (
	"net/url"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var labels = page.Labels{"permit": "extract.permit", "format": "extract.format"}

// listPage is what an expert sees: what may be had, and the files.
type listPage struct {
	Permits          []permitRow
	Options, Formats []page.Option
	Files            []fileRow
	Open             bool // something is still being made
	Done             string
	Kept             int // days that a file can be fetched
}

// fileRow is one file.
type fileRow struct {
	extract.Listed
	Reference, Asked, AsOf, Until string
	Size                          string
	Sum                           string // the checksum
	Total, Count                  string // in words of the reader's language
	Removed                       int
	Deletable                     bool
}

func (p *Pages) list(r *page.Request) error { return p.showList(r, &page.Form{Values: url.Values{}}) }

func (p *Pages) showList(r *page.Request, form *page.Form) error {
	permits, err := p.Extracts.Permits(r.Ctx())
	if err != nil {
		return err
	}
	jobs, err := p.Extracts.Files(r.Ctx())
	if err != nil {
		return err
	}
	rows, err := p.permitRows(r, permits)
	if err != nil {
		return err
	}
	data := listPage{Permits: rows, Formats: page.Named(r, "extract.format", extract.FormatCodes...), Done: r.QueryParam("done"), Kept: int(extract.KeptFor.Hours() / 24)}
	for _, one := range rows {
		if one.State == extract.Valid {
			data.Options = append(data.Options, page.Option{Value: one.ID.String(), Label: one.Reference + ", " + r.Text("extract.until", map[string]any{"day": one.Until})})
		}
	}
	for _, one := range jobs {
		data.Files = append(data.Files, fileOf(r, one))
		data.Open = data.Open || one.State.Open()
	}
	form.Labels = labels
	return p.templates.Render(r, "exports", &page.View{Title: r.Text("nav.exports"), Form: form, FormID: "ask", Wide: true, Address: "/exports", Data: data})
}

func fileOf(r *page.Request, one extract.Listed) fileRow {
	row := fileRow{
		Listed: one, Reference: one.Permit.Reference, Asked: r.Words.DateTime(one.AskedAt), Count: r.Words.Integer(one.Rows), Total: r.Words.Integer(one.Total),
		Removed: one.Removed, Deletable: one.State == extract.Done, Sum: one.SHA256,
	}
	if !one.AsOf.IsZero() {
		row.AsOf = r.Words.DateTime(one.AsOf)
	}
	if one.State == extract.Done {
		row.Until, row.Size = r.Words.DateTime(one.Expires), size(r, one.Bytes)
	}
	return row
}

// size writes bytes as people know them.
func size(r *page.Request, bytes int64) string {
	if bytes < 1_000_000 {
		return r.Words.Number(float64(bytes)/1000, 1) + "\u00a0kB"
	}
	return r.Words.Number(float64(bytes)/1_000_000, 1) + "\u00a0MB"
}

func (p *Pages) ask(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showList(r, form)
	}
	permit, err := uuid.Parse(r.Form("permit"))
	if err == nil {
		_, err = p.Extracts.Ask(r.Ctx(), permit, r.Form("format"))
	} else {
		err = fault.Findings{{Pointer: "/permit", Code: fault.Required}}.Err()
	}
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showList(r, form)
	}
	return r.Redirect("/exports?done=asked")
}

func (p *Pages) drop(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	if r.Setting() {
		return r.Redirect("/exports")
	}
	if err := p.Extracts.Drop(r.Ctx(), id); err != nil {
		return err
	}
	return r.Redirect("/exports?done=deleted")
}
