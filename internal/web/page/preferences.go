package page

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// setting is the name of the field with which any form and any address changes
// a preference: "language:sv", "size:large" or "contrast:high".
const setting = "_set"

// preferencesCookie keeps what the reader chose for a year.
const preferencesCookie = "omasuunta-view"

const preferencesAge = 365 * 24 * 60 * 60 // seconds

// Sizes and contrasts that a reader can choose, the usual one first.
var (
	Sizes     = []string{"normal", "large", "larger"}
	Contrasts = []string{"auto", "light", "dark", "high"}
)

type preferences struct{ Language, Size, Contrast string }

func preferencesOf(c echo.Context) preferences {
	var p preferences
	cookie, err := c.Cookie(preferencesCookie)
	if err != nil {
		return p
	}
	for _, part := range strings.Split(cookie.Value, ".") {
		p.set(strings.Replace(part, "-", ":", 1))
	}
	return p
}

// set takes one preference and ignores what it doesn't know.
func (p *preferences) set(text string) bool {
	name, value, _ := strings.Cut(text, ":")
	switch {
	case name == "language":
		tag, ok := lang.Parse(value)
		if ok {
			p.Language = string(tag)
		}
		return ok
	case name == "size" && contains(Sizes, value):
		p.Size = value
	case name == "contrast" && contains(Contrasts, value):
		p.Contrast = value
	default:
		return false
	}
	return true
}

func contains(list []string, value string) bool {
	for _, one := range list {
		if one == value {
			return true
		}
	}
	return false
}

func (p preferences) cookie() string {
	var parts []string
	for _, one := range [][2]string{{"language", p.Language}, {"size", p.Size}, {"contrast", p.Contrast}} {
		if one[1] != "" {
			parts = append(parts, one[0]+"-"+one[1])
		}
	}
	return strings.Join(parts, ".")
}

var matcher = language.NewMatcher([]language.Tag{language.Finnish, language.Swedish, language.English})

// language is what the reader chose, or what the browser asks for.
func (p preferences) language(c echo.Context) lang.Tag {
	if tag, ok := lang.Parse(p.Language); ok {
		return tag
	}
	wanted, _, err := language.ParseAcceptLanguage(c.Request().Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return lang.Finnish
	}
	_, index, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		return lang.Finnish
	}
	return lang.All[index]
}

// apply changes a preference from this answer on.
func (r *Request) apply(text string) {
	if !r.prefs.set(text) {
		return
	}
	r.SetCookie(&http.Cookie{
		Name: preferencesCookie, Value: r.prefs.cookie(), Path: "/", MaxAge: preferencesAge,
		HttpOnly: true, Secure: r.kit.secure, SameSite: http.SameSiteLaxMode,
	})
	if strings.HasPrefix(text, "language:") {
		r.Speak(r.prefs.language(r.Context), r.Plain)
	}
}

// Apply changes a preference other than the language, which the page minds
// itself, and returns the language that was asked for, if any.
func (r *Request) Apply() (wanted lang.Tag, asked bool) {
	text := r.Form(setting)
	if text == "" {
		text = r.QueryParam(setting)
	}
	if name, value, _ := strings.Cut(text, ":"); name == "language" {
		return lang.Parse(value)
	}
	r.apply(text)
	return "", false
}

// Setting tells that the form was posted to change a preference, and not yet to
// do what the form is for: the page is shown again with what was typed.
func (r *Request) Setting() bool { return r.Form(setting) != "" }

// applyAndReturn changes a preference asked for in an address and leads back to
// the address without it.
func (r *Request) applyAndReturn(text string) error {
	r.apply(text)
	query := r.QueryParams()
	rest := url.Values{}
	for name, values := range query {
		if name != setting {
			rest[name] = values
		}
	}
	path := r.Request().URL.Path
	if len(rest) > 0 {
		path += "?" + rest.Encode()
	}
	return r.Redirect(path)
}
