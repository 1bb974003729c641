package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/figure"
)

//go:embed static
var staticFiles embed.FS

// assets are the static files, compressed once and named after their content, so
// that a browser may keep them for good.
type assets struct {
	version string
	files   map[string]asset
}

type asset struct {
	media        string
	plain, small []byte // small is compressed, nil where that gains nothing
}

var media = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml",
}

// styles are joined into one file, in this order.
var styles = []string{"tokens.css", "base.css", "parts.css", "answers.css", "result.css", "previsit.css", "insight.css", "trial.css", "visit.css", "transcribe.css", "factors.css", "survey.css", "print.css"}

func loadAssets() (*assets, error) {
	root, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || media[path.Ext(name)] == "" {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		_, _ = sum.Write(data)
		return a.add(name, data)
	})
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	for _, name := range styles {
		all.Write(a.files[name].plain)
		delete(a.files, name)
		if name == "tokens.css" {
			all.WriteString(colours(string(a.files[darkTokens].plain)))
		}
	}
	delete(a.files, darkTokens)
	a.version = hex.EncodeToString(sum.Sum(nil))[:12]
	return a, a.add("style.css", all.Bytes())
}

const darkTokens = "dark.css"

// colours are the segments' own and, for a reader whose device is dark or who
// has chosen it here, the dark tokens and figures. Paper stays white.
func colours(tokens string) string {
	light, dark := figure.Light(), figure.Dark()
	under := func(selector string) string {
		return selector + " {\n" + tokens + "}\n" + figure.Properties(dark, selector+" ") + figure.Rules(dark, selector+" ")
	}
	return figure.Properties(light, "") +
		"@media screen and (prefers-color-scheme: dark) {\n" + under(`html:not([data-contrast="light"], [data-contrast="high"])`) + "}\n" +
		"@media screen {\n" + under(`html[data-contrast="dark"]`) + "}\n"
}

func (a *assets) add(name string, data []byte) error {
	one := asset{media: media[path.Ext(name)], plain: data}
	if one.media == "" {
		one.media = mime.TypeByExtension(path.Ext(name))
	}
	if path.Ext(name) != ".woff2" {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		one.small = b.Bytes()
	}
	a.files[name] = one
	return nil
}

func (a *assets) address(name string) string { return "/static/" + a.version + "/" + name }

func (a *assets) serve(c echo.Context) error {
	one, ok := a.files[c.Param("*")]
	if !ok {
		return fault.New(fault.NotFound)
	}
	h := c.Response().Header()
	// A page of another instance that is a version ahead or behind gets what
	// there is here, for this once.
	if c.Param("version") == a.version {
		h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if one.small != nil && strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		h.Set(echo.HeaderContentEncoding, "gzip")
		return c.Blob(http.StatusOK, one.media, one.small)
	}
	return c.Blob(http.StatusOK, one.media, one.plain)
}

// compress shrinks pages on their way. Nothing on a page is both secret and
// beside something that a stranger can make us repeat.
func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1024})
}
