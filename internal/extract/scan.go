package extract

import (
	"bytes"
	"unicode/utf8"
)

// scan reads a sheet that looks the way the databases write it, without allocating
// anything: encoding/json takes longer for it than everything else about a row. It
// returns false, and may have put some, for anything else; encoding/json then decides.
func scan(sheet []byte, put func(item []byte, value int, skip []byte)) bool {
	const begin = `"answers"`
	at := bytes.Index(sheet, []byte(begin))
	if at < 0 || bytes.IndexByte(sheet, '\\') >= 0 {
		return false
	}
	p := scanner{rest: sheet[at+len(begin):]}
	p.want(':')
	p.want('[')
	for !p.failed && !p.has(']') {
		p.answer(put)
		if !p.has(',') {
			p.want(']')
			break
		}
	}
	p.space()
	// Before the list is the scale alone, in braces; after it, or before, nothing else.
	return !p.failed && (bytes.Equal(p.rest, []byte("}")) || bytes.HasPrefix(p.rest, []byte(`, "scale": [`))) && onlyScale(sheet[:at])
}

// onlyScale tells whether what stands before the answers is what it should be.
func onlyScale(before []byte) bool {
	return len(before) > 0 && before[0] == '{' && bytes.Count(before, []byte(`"`)) <= 2
}

type scanner struct {
	rest   []byte
	failed bool
}

func (p *scanner) space() {
	for len(p.rest) > 0 && p.rest[0] == ' ' {
		p.rest = p.rest[1:]
	}
}

// has takes a character if it is next.
func (p *scanner) has(c byte) bool {
	p.space()
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *scanner) want(c byte) {
	if !p.has(c) {
		p.failed = true
	}
}

// word takes a string of ASCII without escapes, as codes are.
func (p *scanner) word() []byte {
	p.want('"')
	for end, c := range p.rest {
		switch {
		case p.failed:
			return nil
		case c == '"':
			word := p.rest[:end]
			p.rest = p.rest[end+1:]
			return word
		case c == '\\' || c < ' ' || c >= utf8.RuneSelf:
			p.failed = true
		}
	}
	p.failed = true
	return nil
}

// number takes a whole number of at most three digits.
func (p *scanner) number() (n int) {
	p.space()
	if len(p.rest) > 1 && p.rest[0] == '0' && p.rest[1] >= '0' && p.rest[1] <= '9' {
		p.failed = true // no number of JSON
		return 0
	}
	digits := 0
	for len(p.rest) > 0 && p.rest[0] >= '0' && p.rest[0] <= '9' && digits < 3 {
		n, digits, p.rest = n*10+int(p.rest[0]-'0'), digits+1, p.rest[1:]
	}
	p.failed = p.failed || digits == 0
	return n
}

// answer takes one answer.
func (p *scanner) answer(put func(item []byte, value int, skip []byte)) {
	p.want('{')
	var item, skip []byte
	value, valued := 0, false
	for !p.failed {
		name := p.word()
		p.want(':')
		switch string(name) {
		case "item":
			item = p.word()
		case "skip":
			skip = p.word()
		case "value":
			value, valued = p.number(), true
		case "unclear":
			p.space()
			if !bytes.HasPrefix(p.rest, []byte("true")) {
				p.failed = true
				return
			}
			p.rest = p.rest[len("true"):]
		default:
			p.failed = true
		}
		if !p.has(',') {
			break
		}
	}
	p.want('}')
	if !p.failed && (valued || len(skip) > 0) {
		put(item, value, skip)
	}
}
