package httpapi

import (
	"encoding/json"
	"strconv"
)

// appendJSON writes a tree as JSON, for the decoder of the DTOs.
func appendJSON(out []byte, n *node) []byte {
	switch n.kind {
	case nullKind:
		return append(out, "null"...)
	case boolKind:
		return strconv.AppendBool(out, n.truth)
	case numberKind:
		return append(out, n.text...)
	case stringKind:
		return appendQuoted(out, n.text)
	case arrayKind:
		out = append(out, '[')
		for i := range n.items {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendJSON(out, &n.items[i])
		}
		return append(out, ']')
	default:
		out = append(out, '{')
		for i := range n.fields {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(appendQuoted(out, n.fields[i].name), ':')
			out = appendJSON(out, &n.fields[i].value)
		}
		return append(out, '}')
	}
}

func appendQuoted(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string cannot fail
			return append(out, quoted...)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}
