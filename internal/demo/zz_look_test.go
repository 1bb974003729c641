package demo

import (
	"fmt"
	"math"
	"testing"

	"github.com/omasuunta/omasuunta/internal/segment"
)

func TestLook(t *testing.T) {
	l, final, _ := shared(t)
	b := 0
	bb := 0
	for _, s := range segment.All {
		var r, c, st []float64
		for _, a := range final {
			if a.Result.Segment == s {
				r = append(r, a.Result.Resources.Value())
				c = append(c, a.Result.Challenge.Value())
				st = append(st, a.Result.Stability)
				if len(a.Result.Borderline) > 0 {
					b++
				}
				if len(a.Result.Borderline) > 1 {
					bb++
				}
			}
		}
		stat := func(x []float64) string {
			m, q, lo, hi := 0.0, 0.0, 1e9, -1e9
			for _, v := range x {
				m += v
				q += v * v
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
			n := float64(len(x))
			return fmt.Sprintf("m %.2f sd %.2f %.2f..%.2f", m/n, math.Sqrt(q/n-m*m/n/n), lo, hi)
		}
		t.Log(s, len(r), "R", stat(r), "C", stat(c), "S", stat(st))
	}
	t.Log("borderline", b, bb)
	nc, nu, ns := 0, 0, map[string]int{}
	vals := map[int]int{}
	seen := map[string]bool{}
	exp, hit := 0, 0
	langs, modes, status := map[string]int{}, map[string]int{}, map[string]int{}
	for _, a := range final {
		langs[string(a.Language)]++
		modes[string(a.Mode)]++
		status[string(a.Status)]++
		if a.Expected.Valid() {
			exp++
			if a.Expected == a.Result.Segment {
				hit++
			}
		}
		for i, sh := range [][]int{{0}, {1}} {
			_ = sh
			sheet := a.Client
			if i == 1 {
				sheet = a.Professional
			}
			for _, ans := range sheet {
				if ans.Comment != "" {
					nc++
					if !seen[ans.Comment] {
						t.Log(a.Language, ans.Item, ans.Value, string(ans.Skip), ans.Unclear, ans.Comment)
					}
					seen[ans.Comment] = true
				}
				if ans.Unclear {
					nu++
				}
				ns[string(ans.Skip)]++
				if ans.Skip == "" {
					vals[ans.Value]++
				}
			}
		}
	}
	t.Log("comments", nc, "unclear", nu, ns, vals, "expected", exp, hit, langs, modes, status)
	for _, a := range final {
		line := fmt.Sprint(a.AssessedOn, " ", a.Unit, " ", a.Result.Segment, " ")
		for _, x := range a.Client {
			line += fmt.Sprint(x.Value, string(x.Skip), " ")
		}
		line += "| "
		for _, x := range a.Professional {
			line += fmt.Sprint(x.Value, string(x.Skip), " ")
		}
		t.Log(line)
	}
	for _, m := range l.Missing {
		t.Log(m.Unit, m.Kind, m.Reason, m.On, m.At)
	}
	for _, a := range final {
		if a.Confirmation != nil && a.Confirmation.Segment != a.Result.Segment {
			t.Log(a.Result.Segment, "->", a.Confirmation.Segment, a.Confirmation.Reason)
		}
	}
	by := map[string]int{}
	for _, a := range final {
		by[a.CreatedBy.String()]++
	}
	t.Log(by)
	mon := map[string]int{}
	for _, a := range final {
		mon[a.AssessedOn.MonthCode()]++
	}
	t.Log(mon)
}
