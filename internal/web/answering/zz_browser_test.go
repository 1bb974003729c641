package answering_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
	"sync/atomic"
	"fmt"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

func TestZZBrowser(t *testing.T) {
	v := newVisit(t)
	a := v.begun(func(in *assessment.Start) { in.Present = []string{"close_person"} })
	var down atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Accept-Language", "fi")
		if r.URL.Path == "/_in" { http.SetCookie(w, &http.Cookie{Name: "omasuunta", Value: v.own, Path: "/"}); if c := r.URL.Query().Get("view"); c != "" { http.SetCookie(w, &http.Cookie{Name: "omasuunta-view", Value: c, Path: "/"}) }; return }
		if down.Load() && r.Method == "POST" { w.WriteHeader(503); return }
		w.Header().Set("Cache-Control", "no-store")
		v.echo.ServeHTTP(w, r)
	}))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("hide-scrollbars", true))
	actx, c1 := chromedp.NewExecAllocator(t.Context(), opts...)
	defer c1()
	ctx, c2 := chromedp.NewContext(actx)
	defer c2()
	_ = context.Background
	must := func(acts ...chromedp.Action[chromedp.Void]) { t.Helper(); if err := chromedp.Do(ctx, acts...); err != nil { t.Fatal(err) } }
	shot := func(name string, w, h int64) {
		t.Helper()
		must(chromedp.EmulateViewport(w, h), chromedp.Sleep(300*time.Millisecond))
		b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil { t.Fatal(err) }
		_ = os.WriteFile("/tmp/p3-"+name+".png", b, 0o644)
		sw := eval[float64](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
		if sw > 0 { t.Errorf("%s scrolls sideways by %v", name, sw) }
	}
	url := func(p string) string { return srv.URL + at(a, p) }
	must(chromedp.Navigate(srv.URL+"/_in"), chromedp.Navigate(url("client")))
	must(chromedp.Navigate(url("client/self-care-skills")))
	var st string
	wait := func(js string) {
		t.Helper()
		for i := 0; i < 80; i++ {
			if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")")); err == nil && ok { return }
			time.Sleep(100*time.Millisecond)
		}
		t.Fatal(js, "\n", eval[string](t, ctx, `document.querySelector("main").innerText`))
	}
	state := `document.querySelector("[data-state]").textContent`
	must(chromedp.KeyEvent("7"))
	wait(state+`.startsWith("Tallennettu klo")`)
	if number(t, v.now(a).Client, "self-care-skills") != 7 { t.Error("7 not stored") }
	shot("client-1280", 1280, 900); shot("client-500", 500, 900); shot("client-360", 360, 740); shot("client-320", 320, 740)
	must(chromedp.KeyEvent("+")); wait(state+`.startsWith("Tallennettu klo") && document.querySelector("input:checked").value === "10"`)
	var min float64
	min = eval[float64](t, ctx, `Math.min(...[...document.querySelectorAll(".step label")].map(l => Math.min(l.getBoundingClientRect().width, l.getBoundingClientRect().height)))`)
	fmt.Println("smallest target at 320:", min)
	for _, w := range []int64{360, 500, 576, 700, 768, 1280} {
		must(chromedp.EmulateViewport(w, 900)); min = eval[float64](t, ctx, `Math.min(...[...document.querySelectorAll(".step label")].map(l => Math.min(l.getBoundingClientRect().width, l.getBoundingClientRect().height)))`)
		fmt.Println(w, min)
	}
	// arrows
	must(chromedp.KeyEvent(kb.ArrowLeft)); wait(`document.querySelector("input:checked").value === "9"`)
	// offline
	down.Store(true)
	must(chromedp.KeyEvent("3")); wait(state+`.startsWith("Ei yhteyttä")`)
	must(chromedp.KeyEvent("4"))
	must(chromedp.Click(chromedp.CSS(".onward .primary")), chromedp.Sleep(400*time.Millisecond)); st = eval[string](t, ctx, `location.pathname`)
	if st != at(a, "client/self-care-skills") { t.Error("left while offline", st) }
	shot("client-offline", 1280, 900)
	down.Store(false)
	wait(state+`.startsWith("Tallennettu klo")`)
	if number(t, v.now(a).Client, "self-care-skills") != 4 { t.Error("4 not stored") }
	// clash
	v.give(a, instrument.Client, 7, "self-care-skills")
	must(chromedp.KeyEvent("2")); wait(`!document.querySelector("[data-clash]").hidden`)
	shot("client-clash", 1280, 900)
	must(chromedp.Click(chromedp.CSS(`[data-resolve=mine]`))); wait(state+`.startsWith("Tallennettu klo")`)
	if number(t, v.now(a).Client, "self-care-skills") != 2 { t.Error("2 not stored") }
	v.give(a, instrument.Client, 8, "self-care-skills")
	must(chromedp.KeyEvent("1")); wait(`!document.querySelector("[data-clash]").hidden`)
	must(chromedp.Click(chromedp.CSS(`[data-resolve=theirs]`))); wait(`document.querySelector("[data-clash]").hidden && document.querySelector("input:checked").value === "8"`)
	must(chromedp.KeyEvent("6")); wait(state+`.startsWith("Tallennettu klo")`)
	// typing then next at once
	must(chromedp.Click(chromedp.CSS(".own-words summary")), chromedp.SendKeys(chromedp.CSS("textarea"), "luku 5 riittää"), chromedp.Click(chromedp.CSS(".onward .primary")))
	wait(`location.pathname.endsWith("digital-skills")`)
	sc, _ := v.now(a).Client.Find("self-care-skills")
	if sc.Comment != "luku 5 riittää" || sc.Value != 6 { t.Error("comment or value wrong") }
	// back button
	must(chromedp.NavigateBack()); wait(`location.pathname.endsWith("self-care-skills") && document.querySelector("input:checked").value === "6" && document.querySelector("textarea").value === "luku 5 riittää"`)
	must(chromedp.KeyEvent("5")); wait(state+`.startsWith("Tallennettu klo")`)
	must(chromedp.Click(chromedp.CSS(`button[value="language:sv"]`))); wait(`document.documentElement.lang === "sv"`)
	shot("client-sv", 500, 900)
	must(chromedp.Click(chromedp.CSS(`button[value="language:fi"]`))); wait(`document.documentElement.lang === "fi"`)
	must(chromedp.Navigate(url("client/done"))); shot("done-1280", 1280, 900); shot("done-360", 360, 740)
	must(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url("professional")))
	must(chromedp.Focus(chromedp.CSS(".dense .question input[type=radio]")))
	for i := range v.items(a, instrument.Professional) { must(chromedp.KeyEvent(fmt.Sprint(i % 10))) }
	wait(state+`.startsWith("Tallennettu klo")`)
	st = eval[string](t, ctx, `document.activeElement.textContent.trim()`)
	fmt.Println("focus after last:", st)
	for i, item := range v.items(a, instrument.Professional) { if number(t, v.now(a).Professional, item) != i%10 { t.Error(item) } }
	shot("prof-1280", 1280, 900); shot("prof-500", 500, 900); shot("prof-320", 320, 740)
	must(chromedp.EmulateViewport(1280, 900), chromedp.Click(chromedp.CSS(".onward .primary")))
	wait(`document.activeElement.id === "mistakes"`)
	shot("few-1280", 1280, 900)
	must(chromedp.Navigate(url("client/money")), chromedp.Click(chromedp.CSS(".staff button"))); wait(`document.querySelector("a[href='/take-back']")`)
	shot("handed-500", 500, 900)
	must(chromedp.Navigate(srv.URL+"/take-back")); shot("takeback", 500, 700)
	must(chromedp.Navigate(url("client/done"))); shot("done-handed", 1280, 900)
	must(chromedp.Navigate(srv.URL+"/_in?view=contrast-dark"), chromedp.Navigate(url("client/self-care-skills"))); shot("client-dark", 900, 900)
}

func eval[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	x, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil { t.Fatal(js, err) }
	return x
}
