package replay

import "log/slog"

// An answer holds what the record holds, and stays out of logs and error texts.

// String implements fmt.Stringer.
func (Answer) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Answer) LogValue() slog.Value { return slog.StringValue("[redacted]") }
