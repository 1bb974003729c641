package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/lang"
)

//go:embed templates/*.html
var layouts embed.FS

// Templates is the pages of one package.
type Templates struct {
	kit   *Kit
	pages map[string]*template.Template
}

var functions = template.FuncMap{
	"args": func(pairs ...any) (map[string]any, error) {
		if len(pairs)%2 != 0 {
			return nil, fmt.Errorf("page: args needs pairs")
		}
		args := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			args[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		return args, nil
	},
	"add": func(a, b int) int { return a + b },
	"attr": func(name, value string) template.HTMLAttr {
		return template.HTMLAttr(name + `="` + template.HTMLEscapeString(value) + `"`) // names come from our templates
	},
	"list": func(items ...any) []any { return items },
}

// Templates parses templates/*.html of a package. Every file is one page and
// defines "content"; one whose name begins with "_" is a part that all the
// others may use.
func (k *Kit) Templates(files fs.FS) (*Templates, error) {
	base, err := template.New("layout").Funcs(functions).ParseFS(layouts, "templates/_*.html")
	if err != nil {
		return nil, err
	}
	if parts, _ := fs.Glob(files, "templates/_*.html"); len(parts) > 0 {
		if base, err = base.ParseFS(files, parts...); err != nil {
			return nil, err
		}
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	t := &Templates{kit: k, pages: map[string]*template.Template{}}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		one, err := template.Must(base.Clone()).ParseFS(files, name)
		if err != nil {
			return nil, err
		}
		t.pages[strings.TrimSuffix(path.Base(name), ".html")] = one
	}
	return t, nil
}

// View is what a template sees.
type View struct {
	*Request
	Title   string   // of the page, in words
	Address string   // where this page can be asked for, if it answers a form; see Returns
	Form    *Form    // the page's main form, nil without one
	FormID  string   // its id, so that the language can be changed with it
	Focus   bool     // without navigation: the client's part and what is handed over
	Wide    bool     // tables need room
	Scripts []string // of this page, for example "answers"
	Status  int      // of the answer; by default 200, or 422 where there is something to mend
	Data    any      // of this page

	demo bool
}

// Render answers with a page.
func (t *Templates) Render(r *Request, name string, v *View) error {
	one, ok := t.pages[name]
	if !ok {
		return fmt.Errorf("page: there is no page %q", name)
	}
	v.Request = r
	if r.kit.demo != nil {
		var err error
		if v.demo, err = r.kit.demo(r.Ctx()); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := one.ExecuteTemplate(&b, "layout", v); err != nil {
		return fmt.Errorf("page: %s: %w", name, err)
	}
	status := v.Form.Status()
	if v.Status != 0 {
		status = v.Status
	}
	h := r.Response().Header()
	h.Set("Content-Language", string(r.Lang()))
	h.Add(echo.HeaderVary, "Cookie, Accept-Language")
	return r.HTMLBlob(status, b.Bytes())
}

// Text is a message in the page's language, in plain language where asked for.
func (r *Request) Text(key string, args ...map[string]any) string {
	if r.Plain {
		return r.Words.Plain(key, args...)
	}
	return r.Words.Text(key, args...)
}

// Code names a code, for example of a register.
func (r *Request) Code(family string, code any) string { return r.Words.Code(family, fmt.Sprint(code)) }

// Date writes a day.
func (r *Request) Date(d calendar.Date) string { return r.Words.Date(d) }

// DateOf writes the day of an instant in Finland.
func (r *Request) DateOf(t time.Time) string { return r.Words.Date(calendar.DayOf(t)) }

// Clock writes a time of day in Finland, for example 10.42.
func (r *Request) Clock(t time.Time) string { return r.Words.Clock(t) }

// Asset is the address of a static file.
func (v *View) Asset(name string) string { return v.kit.assets.address(name) }

// Demo tells that the data is fictional.
func (v *View) Demo() bool { return v.demo }

// Size and Contrast are what the reader chose, "" for the usual.
func (v *View) Size() string     { return v.prefs.Size }
func (v *View) Contrast() string { return v.prefs.Contrast }

// Languages lists the languages to choose from, in their own names.
func (v *View) Languages() []lang.Tag { return lang.All }

// Sizes and Contrasts list what a reader can choose.
func (v *View) Sizes() []string     { return Sizes }
func (v *View) Contrasts() []string { return Contrasts }

// Here is the address of the page, to come back to.
func (v *View) Here() string {
	if v.Context.Request().Method != http.MethodGet {
		return v.Context.Request().URL.Path
	}
	u := url.URL{Path: v.Context.Request().URL.Path, RawQuery: v.Context.Request().URL.RawQuery}
	return u.String()
}

// Returns is where somebody comes who goes back to a page that answered a form: a
// browser would ask whether to send the form again, and show nothing. It is ""
// for a page that was asked for, to which a browser goes back by itself.
func (v *View) Returns() string {
	if v.Context.Request().Method != http.MethodPost {
		return ""
	}
	return v.Address
}

// Opened is when the page was made, in Unix seconds.
func (v *View) Opened() int64 { return v.Now().Unix() }

// SessionLeft is how many seconds the session lasts if nothing happens, 0
// without one.
func (v *View) SessionLeft() int {
	if !v.known || v.Session.Missing() == access.SecondFactor { // which can't be made to last longer
		return 0
	}
	return max(int(v.Session.EndsAt.Sub(v.Now()).Seconds()), 1)
}

// Emergency is until when somebody is in who came with sealed codes, "" for all
// others.
func (v *View) Emergency() string {
	if v.Session.Actor.Role != access.Emergency {
		return ""
	}
	return v.Words.DateTime(v.Session.EndsAtLatest)
}

// Link is an entry of the navigation.
type Link struct {
	Path, Text string
	Here       bool
}

type entry struct{ path, key string }

var navigation = map[access.Role][]entry{
	access.Professional: {{"/", "nav.start"}, {"/assessments", "nav.assessments"}, {"/invitations", "nav.invitations"}, {"/forms", "nav.forms"}},
	access.Emergency:    {{"/", "nav.start"}, {"/assessments", "nav.assessments"}, {"/forms", "nav.forms"}},
	access.Expert:       {{"/report", "nav.report"}, {"/report/instrument", "nav.instrument"}, {"/report/trial", "nav.trial"}, {"/report/diary", "nav.diary"}, {"/report/survey", "nav.survey"}, {"/exports", "nav.exports"}},
	access.Admin: {{"/admin/units", "nav.units"}, {"/admin/users", "nav.users"}, {"/admin/batteries", "nav.batteries"},
		{"/admin/consent-text", "nav.consent_text"}, {"/admin/guidance", "nav.guidance"}, {"/admin/settings", "nav.settings"}, {"/admin/barriers", "nav.barriers"},
		{"/admin/archive", "nav.archive"}, {"/admin/retention", "nav.retention"}, {"/admin/emergency", "nav.emergency"}, {"/admin/permissions", "nav.permissions"}},
}

// Navigation is where the reader can go from here.
func (v *View) Navigation() []Link {
	if v.Focus || !v.known || v.Session.Missing() != "" {
		return nil
	}
	var links []Link
	here, at := v.Context.Request().URL.Path, ""
	for _, e := range navigation[v.Session.Actor.Role] {
		within := here == e.path || e.path != "/" && strings.HasPrefix(here, e.path+"/")
		if within && len(e.path) > len(at) { // a page below another may have an entry of its own
			at = e.path
		}
		links = append(links, Link{Path: e.path, Text: v.Text(e.key)})
	}
	for i := range links {
		links[i].Here = links[i].Path == at
	}
	return links
}
