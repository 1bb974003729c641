package invitation

import "log/slog"

// The hashes stay out of logs and error texts, also without their invitation.

// String implements fmt.Stringer.
func (Hashes) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Hashes) LogValue() slog.Value { return slog.StringValue("[redacted]") }
