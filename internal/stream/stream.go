// Package stream sends a large file to a reader, part by part.
//
// It belongs to the second floor and imports extract. Who may have which file is
// decided before.
package stream

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/omasuunta/omasuunta/internal/extract"
)

// Send answers with a file. A slow reader has the time for every part that there is
// for one: until deadline, asked before each; nil leaves it to the server. A file
// that can't be sent whole ends the connection, so that nobody takes it for whole.
func Send(ctx context.Context, w http.ResponseWriter, content *extract.Content, deadline func() time.Time) {
	h := w.Header()
	h.Set("Content-Type", content.Format.MediaType())
	h.Set("Content-Length", strconv.FormatInt(content.Bytes, 10))
	h.Set("Content-Disposition", `attachment; filename="`+content.Name()+`"`)
	w.WriteHeader(http.StatusOK)
	if err := content.Copy(ctx, &patient{w, deadline}); err != nil {
		panic(http.ErrAbortHandler)
	}
}

type patient struct {
	http.ResponseWriter
	deadline func() time.Time
}

// Write implements io.Writer.
func (p *patient) Write(part []byte) (int, error) {
	if p.deadline != nil {
		_ = http.NewResponseController(p.ResponseWriter).SetWriteDeadline(p.deadline()) // what has no deadline needs none moved
	}
	return p.ResponseWriter.Write(part)
}
