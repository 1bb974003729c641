package access

import "log/slog"

// Secrets, their hashes and whose they are stay out of logs and error texts: see the
// inventory in internal/store/inventory.

// String implements fmt.Stringer.
func (Attempt) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Attempt) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (Browser) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Browser) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (Challenge) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Challenge) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (EmergencyLogin) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (EmergencyLogin) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (EmergencySet) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (EmergencySet) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (Ticket) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Ticket) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (Token) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Token) LogValue() slog.Value { return slog.StringValue("[redacted]") }
