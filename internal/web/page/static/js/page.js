// What every page can do better with a script. Every page works without.
"use strict";
(() => {
  // Where something is to be mended, the reader starts there.
  const mistakes = document.getElementById("mistakes");
  if (mistakes) mistakes.focus();

  // How long somebody is at work: seconds while the page is visible and was used
  // within the last five minutes. Forms take the number along.
  const idleAfter = 5 * 60 * 1000;
  let active = 0;
  let used = performance.now();
  const use = () => { used = performance.now(); };
  for (const kind of ["pointerdown", "keydown", "scroll", "input"]) {
    addEventListener(kind, use, { passive: true, capture: true });
  }
  setInterval(() => {
    if (document.visibilityState === "visible" && performance.now() - used < idleAfter) active++;
  }, 1000);
  window.omasuunta = {
    // takeActive returns the seconds since it was last asked.
    takeActive() { const seconds = active; active = 0; return seconds; },
    sessionLasts,
    sessionEnded,
  };
  // A second press while the first is under way does nothing.
  const underWay = new WeakSet();
  addEventListener("pageshow", () => { for (const form of document.forms) underWay.delete(form); });
  addEventListener("submit", (event) => {
    if (underWay.has(event.target)) { event.preventDefault(); return; }
    underWay.add(event.target);
    setTimeout(() => underWay.delete(event.target), 5000);
    const field = event.target.elements && event.target.elements.namedItem("_active");
    if (field) field.value = String(window.omasuunta.takeActive());
  });

  // Going back to a page that answered a form asks for it instead of sending the
  // form again. Until it is left it stays what it is: a reload shows the same.
  const returns = document.body.dataset.returns;
  if (returns) addEventListener("beforeunload", () => history.replaceState(null, "", returns));

  // The session: a warning before it ends, in the page and not over it.
  const warnBefore = 3 * 60; // seconds
  const warning = document.getElementById("session");
  const over = document.getElementById("session-over");
  let timers = [];
  function sessionLasts(seconds) {
    timers.forEach(clearTimeout);
    timers = [];
    if (!warning || !(seconds > 0)) return;
    warning.hidden = true;
    over.hidden = true;
    timers.push(setTimeout(() => { warning.hidden = false; }, Math.max(seconds - warnBefore, 0) * 1000));
    timers.push(setTimeout(sessionEnded, seconds * 1000));
  }
  function sessionEnded() {
    if (!over) return;
    warning.hidden = true;
    over.hidden = false;
  }
  async function extend() {
    const answer = await fetch("/session", { method: "POST", headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer) return;
    if (answer.status === 401) { sessionEnded(); return; }
    if (answer.ok) sessionLasts((await answer.json()).left);
  }
  sessionLasts(Number(document.body.dataset.sessionLeft));
  for (const button of document.querySelectorAll("[data-extend]")) button.addEventListener("click", extend);
  // Somebody who has logged in again in another window goes on here.
  addEventListener("focus", () => { if (over && !over.hidden) extend(); });

  // Size and contrast change at once; the server remembers them for next time.
  for (const button of document.querySelectorAll('button[name="_set"]')) {
    const [kind, value] = button.value.split(":");
    if (kind === "language") continue;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (value === "normal" || value === "auto") delete document.documentElement.dataset[kind];
      else document.documentElement.dataset[kind] = value;
      for (const other of document.querySelectorAll('button[name="_set"][value^="' + kind + ':"]')) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      fetch("/preferences", { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ _set: button.value }) }).catch(() => null);
    });
  }

  // Copy a text in one click, and say that it is done.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const text = source.value !== undefined ? source.value : source.textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        source.focus();
        if (source.select) source.select();
        document.execCommand("copy");
      }
      const said = document.getElementById(button.dataset.said);
      if (said) said.hidden = false;
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
