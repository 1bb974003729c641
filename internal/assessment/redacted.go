package assessment

import "log/slog"

// What holds the words of people is in no log and no error text, also where it
// stands alone: see the inventory in internal/store/inventory.

// String implements fmt.Stringer.
func (Action) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Action) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (Confirmation) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Confirmation) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (Feedback) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (Feedback) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String implements fmt.Stringer.
func (NonParticipation) String() string { return "[redacted]" }

// LogValue implements slog.LogValuer.
func (NonParticipation) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// LogValue implements slog.LogValuer.
func (Answer) LogValue() slog.Value { return slog.StringValue("[redacted]") }
