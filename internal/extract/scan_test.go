package extract

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

// gathered is what a way of reading puts.
func gathered(way func(sheet []byte, put func(item []byte, value int, skip []byte)) bool, sheet []byte) (put []string, ok bool) {
	ok = way(sheet, func(item []byte, value int, skip []byte) {
		if len(skip) > 0 {
			value = 0
		}
		put = append(put, fmt.Sprintf("%q %d %q", item, value, skip))
	})
	return put, ok
}

func slowly(sheet []byte, put func(item []byte, value int, skip []byte)) bool {
	return read(sheet, put) == nil
}

var sheets = []string{
	`{"scale": [0, 10], "answers": [{"item": "everyday-life", "value": 7}, {"item": "mood", "skip": "discuss", "unclear": true}]}`,
	`{"scale":[0,10],"answers":[{"item":"a","value":10,"unclear":true},{"item":"b","skip":"declined"}]}`,
	`{"answers": [], "scale": [0, 10]}`,
	`{"answers": null}`, `{}`, `null`, `[]`, ``,
	`{"scale": [0, 10], "answers": [{"item": "a\"b", "value": 7}]}`,
	`{"scale": [0, 10], "answers": [{"item": "a", "value": 7, "comment": "x"}]}`,
	`{"scale": [0, 10], "answers": [{"item": "a", "value": 7}], "more": 1}`,
	`{"scale": "\"answers\": [", "answers": [{"item": "a", "value": 7}]}`,
	`{"scale": [0, 10], "answers": [{"item": "a", "value": 07}]}`, `{"scale": [0, 10], "answers": [{"item": "a"},]}`,
	`{"scale": [0, 10], "answers": [{"item": "a\u0062", "value": 7}]}`, "{\"scale\": [0, 10], \"answers\": [{\"item\": \"moo\xe0\xc7\", \"value\": 7}]}",
}

// The two that the databases write are read the quick way.
func TestSheetsAreReadQuickly(t *testing.T) {
	for _, sheet := range sheets[:2] {
		if put, ok := gathered(scan, []byte(sheet)); !ok || len(put) != 2 {
			t.Errorf("%s: %v %v", sheet, put, ok)
		}
	}
}

// Whatever the quick way understands it understands as JSON does.
func FuzzScan(f *testing.F) {
	for _, sheet := range sheets {
		f.Add([]byte(sheet))
	}
	f.Fuzz(func(t *testing.T, sheet []byte) {
		quick, ok := gathered(scan, sheet)
		if !ok || !json.Valid(sheet) { // the database keeps nothing else than JSON
			return
		}
		slow, ok := gathered(slowly, sheet)
		if !ok || !slices.Equal(quick, slow) {
			t.Errorf("%q: %v, as JSON %v", sheet, quick, slow)
		}
	})
}
