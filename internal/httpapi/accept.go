package httpapi

import (
	"mime"
	"strconv"
	"strings"
)

// maxAccept bounds how many media ranges of an Accept header are looked at.
const maxAccept = 50

// accepted chooses among the offers by an Accept header (RFC 9110, 12.5.1):
// the offer with the highest weight, the earlier one of equals. Without a
// header it is the first offer. False means that none will do.
func accepted(headers []string, offers []string) (string, bool) {
	ranges := mediaRanges(headers)
	if len(ranges) == 0 {
		return offers[0], true
	}
	best, bestWeight := "", 0.0
	for _, offer := range offers {
		if weight := weightOf(offer, ranges); weight > bestWeight {
			best, bestWeight = offer, weight
		}
	}
	return best, bestWeight > 0
}

type mediaRange struct {
	media  string // text/html, text/* or */*
	weight float64
}

func mediaRanges(headers []string) []mediaRange {
	var ranges []mediaRange
	for _, one := range strings.Split(strings.Join(headers, ","), ",") {
		if strings.TrimSpace(one) == "" || len(ranges) == maxAccept {
			continue
		}
		media, parameters, err := mime.ParseMediaType(one)
		if err != nil {
			media = "" // fits nothing, but the header was there
		}
		if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
			media = ""
		}
		weight := 1.0
		if q, ok := parameters["q"]; ok {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || !(weight >= 0 && weight <= 1) {
				weight = 0
			}
		}
		ranges = append(ranges, mediaRange{media: media, weight: weight})
	}
	return ranges
}

// weightOf gives an offer the weight of the most specific range that fits it.
func weightOf(offer string, ranges []mediaRange) float64 {
	family, _, _ := strings.Cut(offer, "/")
	weight, specific := 0.0, 0
	for _, r := range ranges {
		found := 0
		switch r.media {
		case offer:
			found = 3
		case family + "/*":
			found = 2
		case "*/*":
			found = 1
		}
		if found > specific {
			weight, specific = r.weight, found
		}
	}
	return weight
}
