package envelope

import (
	"fmt"
	"io"
	"log/slog"
)

// Keys print as nothing, however they are printed, logged or encoded.

const redacted = "[redacted]"

func hide(f fmt.State) { _, _ = io.WriteString(f, redacted) }

// Format implements fmt.Formatter.
func (KEK) Format(f fmt.State, _ rune) { hide(f) }

// LogValue implements slog.LogValuer.
func (KEK) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (KEK) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format implements fmt.Formatter.
func (Ring) Format(f fmt.State, _ rune) { hide(f) }

// LogValue implements slog.LogValuer.
func (Ring) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (Ring) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format implements fmt.Formatter.
func (DataKey) Format(f fmt.State, _ rune) { hide(f) }

// LogValue implements slog.LogValuer.
func (DataKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (DataKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format implements fmt.Formatter.
func (IndexKey) Format(f fmt.State, _ rune) { hide(f) }

// LogValue implements slog.LogValuer.
func (IndexKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (IndexKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }
