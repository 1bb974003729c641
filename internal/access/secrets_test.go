package access_test

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/identity"
)

// verifying is the real secrets, with something happening before or after a
// password is checked.
type verifying struct {
	identity.Secrets
	before, after func()
	hashes        int
}

func (v *verifying) VerifyPassword(ctx context.Context, plain, hash string) (bool, error) {
	v.hashes++
	if v.before != nil {
		v.before()
	}
	fits, err := v.Secrets.VerifyPassword(ctx, plain, hash)
	if v.after != nil {
		v.after()
	}
	return fits, err
}
