// Saves every answer as soon as it is given, and lets keys choose numbers.
// Without it the same forms save when a button is pressed.
//
// The form carries [data-answers] (where to save), [data-side] and [data-phase];
// each item is a [data-item] in it with the fields answer.ITEM, comment.ITEM,
// unclear.ITEM and seen.ITEM. The words are in [data-state].
"use strict";
(() => {
  const form = document.querySelector("form[data-answers]");
  if (!form) return;
  const state = form.querySelector("[data-state]");
  const typingPause = 600; // milliseconds after the last key in a text
  const longestWait = 30000; // milliseconds between two tries
  const patience = 15000; // milliseconds for one answer of the server
  const guess = "expected"; // the professional's own guess, queued like an item
  const field = (name, item) => form.elements.namedItem(name + "." + item);
  const value = (name, item) => { const one = field(name, item); return one ? one.value : ""; };
  const place = (item) => form.querySelector('[data-item="' + item + '"]');

  // What is not on the server yet, in the order in which it was changed. Only
  // the newest of an item counts, because its fields are read when it is sent.
  const waiting = new Map(); // item to whether it overwrites
  const clashes = new Set(); // items about which somebody has to choose first
  let sending = "";
  let timer = 0;
  let wait = 0; // milliseconds until the next try after a failure, 0 without one
  let held = ""; // why nothing is sent now: "", "offline" or "ended"
  let refused = false;
  let leaving = null; // the button with which the form is to be sent once all is saved

  const say = (text) => { if (state.textContent !== text) state.textContent = text; };
  const unsaved = () => waiting.size > 0 || sending !== "" || clashes.size > 0;

  function change(item, pause) {
    if (clashes.has(item)) return;
    waiting.set(item, waiting.get(item) || false);
    refused = false;
    if (!held) say(state.dataset.saving);
    if (held !== "ended") plan(held ? Math.max(pause, wait) : pause);
  }
  function plan(pause) {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }

  function body(item, overwrite) {
    const out = new URLSearchParams({ side: form.dataset.side, phase: form.dataset.phase });
    if (item === guess) {
      out.set(guess, form.elements.namedItem(guess).value);
      return out;
    }
    const choice = value("answer", item);
    out.set("item", item);
    out.set(/^\d+$/.test(choice) ? "value" : "skip", choice);
    out.set("comment", value("comment", item));
    const unclear = field("unclear", item);
    if (unclear && (unclear.type !== "checkbox" || unclear.checked)) out.set("unclear", unclear.value);
    out.set("seen", value("seen", item));
    if (overwrite) out.set("overwrite", "true");
    return out;
  }

  async function send() {
    clearTimeout(timer);
    if (sending || !waiting.size) { goOn(); return; }
    const [item, overwrite] = waiting.entries().next().value;
    waiting.delete(item);
    sending = item;
    const sent = body(item, overwrite);
    const seconds = window.omasuunta.takeActive();
    sent.set("_active", String(seconds));
    let answer = null;
    try {
      answer = await fetch(form.dataset.answers, {
        method: "POST", headers: { Accept: "application/json" }, body: sent, signal: AbortSignal.timeout(patience),
        keepalive: true, // it arrives also when the page is left meanwhile
      });
    } catch { /* no connection */ }
    const reply = answer && (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json().catch(() => null) : null;
    sending = "";
    const again = () => { if (!waiting.has(item)) waiting.set(item, overwrite); };
    if (answer && (answer.status === 401 || (answer.ok && !reply))) {
      again();
      pause("ended", state.dataset.ended);
      window.omasuunta.sessionEnded();
      return;
    }
    if (!answer || answer.status === 429 || answer.status >= 500) {
      again();
      wait = Math.min(Math.max(wait * 2, 1000), longestWait);
      pause("offline", state.dataset.offline);
      plan(wait);
      return;
    }
    held = "";
    wait = 0;
    if (!answer.ok) { // it will not do: said once, and tried again when it is changed
      refused = true;
      leaving = null;
      say(state.dataset.failed + " " + ((reply && reply.detail) || ""));
    } else {
      saved(item, reply);
    }
    if (waiting.size) send(); else goOn();
  }
  function pause(why, words) {
    held = why;
    leaving = null;
    say(words);
  }

  function saved(item, reply) {
    window.omasuunta.sessionLasts(reply.left);
    if (item !== guess) {
      if (reply.clash) { clash(item, reply.clash); return; }
      field("seen", item).value = reply.seen;
    }
    if (waiting.size || clashes.size || refused) return;
    say(reply.saved);
    if (chosen && byItself && byItself.checked && !form.querySelector(".own-words[open]")) {
      chosen = false;
      form.requestSubmit(form.querySelector(".onward .primary"));
    }
  }

  // Another device has answered the same item differently: somebody chooses.
  function clash(item, theirs) {
    const notice = place(item).querySelector("[data-clash]");
    clashes.add(item);
    waiting.delete(item);
    leaving = null;
    say("");
    notice.querySelector("[data-clash-words]").textContent = theirs.words;
    notice.hidden = false;
    notice.theirs = theirs;
  }
  function resolve(item, mine) {
    const notice = place(item).querySelector("[data-clash]");
    const theirs = notice.theirs;
    clashes.delete(item);
    notice.hidden = true;
    choose(item, mine ? value("answer", item) : theirs.answer);
    if (mine) {
      waiting.set(item, true);
      say(state.dataset.saving);
      send();
      return;
    }
    const comment = field("comment", item);
    const unclear = field("unclear", item);
    if (comment) comment.value = theirs.comment;
    if (unclear) unclear.checked = theirs.unclear;
    field("seen", item).value = theirs.seen;
    say("");
  }
  const shown = form.querySelector("[data-clash]:not([hidden])");
  if (shown) shown.focus();
  for (const button of form.querySelectorAll("[data-resolve]")) {
    button.addEventListener("click", (event) => {
      const notice = button.closest("[data-clash]");
      if (!notice.theirs) return; // it came with the page: the form is sent
      event.preventDefault();
      const item = button.closest("[data-item]").dataset.item;
      resolve(item, button.dataset.resolve === "mine");
      const chosen = form.querySelector('[name="answer.' + item + '"]:checked') || form.querySelector('[name="answer.' + item + '"]');
      chosen.focus();
    });
  }

  // Where a professional sits beside, the next topic may come by itself once an
  // answer is chosen with a press or a digit. Arrows only try answers out.
  const byItself = document.querySelector("[data-by-itself]");
  let chosen = false;
  addEventListener("keydown", (event) => { if (event.key.startsWith("Arrow") || event.key === " ") chosen = false; }, { capture: true });
  form.addEventListener("pointerdown", (event) => { chosen = !!event.target.closest(".step, .skips"); });
  form.addEventListener("input", (event) => { if (event.target.type !== "radio") chosen = false; });
  if (byItself) {
    const kept = "omasuunta-by-itself";
    byItself.closest("label").hidden = false;
    try { byItself.checked = localStorage.getItem(kept) === "yes"; } catch { /* not allowed to remember */ }
    byItself.addEventListener("change", () => {
      try { localStorage.setItem(kept, byItself.checked ? "yes" : "no"); } catch { /* for this page alone */ }
    });
  }

  // What changes.
  const itemOf = (target) => { const one = target.closest("[data-item]"); return one ? one.dataset.item : ""; };
  form.addEventListener("change", (event) => {
    led = "";
    if (event.target.name === guess) change(guess, 0);
    else if (itemOf(event.target)) change(itemOf(event.target), 0);
  });
  form.addEventListener("input", (event) => {
    if (event.target.tagName === "TEXTAREA" && itemOf(event.target)) change(itemOf(event.target), typingPause);
  });

  // Sending the form waits until all is saved, so that it never clashes with
  // itself, and stays here while there is no connection.
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (leaving === "now" || (button && button.name === "resolve" && !clashes.size)) { leaving = "now"; return; }
    const offline = navigator.onLine === false;
    if (!waiting.size && !sending && !clashes.size && !offline) { leaving = "now"; return; }
    if (refused && !waiting.size && !sending) { leaving = "now"; return; }
    event.preventDefault();
    event.stopPropagation();
    if (clashes.size) {
      place([...clashes][0]).querySelector("[data-clash]").focus();
      return;
    }
    if (offline) { pause("offline", state.dataset.offline); return; }
    leaving = { button };
    send();
  });
  function goOn() {
    if (!leaving || leaving === "now" || unsaved()) return;
    const { button } = leaving;
    leaving = "now";
    form.requestSubmit(button && button.form === form ? button : undefined);
  }

  addEventListener("online", () => { if (held === "offline") { wait = 0; send(); } });
  const back = () => { if (held && document.visibilityState === "visible") { held = ""; send(); } };
  addEventListener("focus", back);
  document.addEventListener("visibilitychange", back);
  addEventListener("beforeunload", (event) => { if (leaving !== "now" && unsaved()) event.preventDefault(); });
  // The last chance for what was typed a moment ago.
  addEventListener("pagehide", () => {
    if (leaving === "now") return;
    for (const [item, overwrite] of waiting) {
      fetch(form.dataset.answers, { method: "POST", headers: { Accept: "application/json" }, body: body(item, overwrite), keepalive: true }).catch(() => null);
    }
  });
  // A page that the browser kept shows what it knew then: ask for it anew.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Keys: 0-9 and + choose a number, Backspace takes it away, Enter goes to the
  // next item. On a page with one item they work wherever nothing is typed, and
  // can be turned off, because somebody may speak to the device.
  const moves = form.dataset.moves !== undefined;
  const remembered = "omasuunta-keys";
  let keys = true;
  try { keys = localStorage.getItem(remembered) !== "off"; } catch { /* not allowed to remember */ }
  const about = form.querySelector("[data-keys]");
  function showKeys() {
    about.hidden = false;
    for (const one of about.querySelectorAll("[data-keys-on]")) one.hidden = !keys;
    for (const one of about.querySelectorAll("[data-keys-off]")) one.hidden = keys;
  }
  if (about) {
    showKeys();
    about.querySelector("[data-keys-button]").addEventListener("click", () => {
      keys = !keys;
      try { localStorage.setItem(remembered, keys ? "on" : "off"); } catch { /* for this page alone */ }
      showKeys();
    });
  }

  // The item that a number has led to, as long as nothing else was done: who
  // presses Enter after every number must not leave that item out.
  let led = "";

  // choose marks an answer, "" for none, without saving it.
  function choose(item, answer) {
    for (const radio of form.querySelectorAll('[name="answer.' + item + '"]')) radio.checked = radio.value === answer;
  }
  function next(item) {
    const all = [...form.querySelectorAll("[data-item]")];
    const following = all[all.findIndex((one) => one.dataset.item === item) + 1];
    const target = following ? following.querySelector("input[type=radio]:checked") || following.querySelector("input[type=radio]") : form.querySelector(".onward .primary");
    target.focus();
    target.scrollIntoView({ block: "center" });
    return following ? following.dataset.item : "";
  }
  function itemAt(target) {
    const inside = target.closest && target.closest("[data-item]");
    if (inside && form.contains(inside)) return inside.dataset.item;
    return moves ? "" : form.querySelector("[data-item]").dataset.item;
  }
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const arrived = led;
    led = "";
    if (!keys || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    const item = itemAt(target);
    if (!item) return;
    if (event.key === "Enter" && moves && target.type === "radio") {
      event.preventDefault();
      if (item !== arrived) next(item);
      return;
    }
    const number = event.key === "+" ? "10" : event.key;
    const clear = event.key === "Backspace";
    if (!clear && !/^([0-9]|10)$/.test(number)) return;
    if (clear && target.type !== "radio") return;
    event.preventDefault();
    choose(item, clear ? "" : number);
    const radio = form.querySelector('[name="answer.' + item + '"]:checked');
    if (radio) radio.focus();
    chosen = !clear;
    change(item, 0);
    if (moves && radio) led = next(item);
  });

  // Beside the questions where there is room, folded up where there isn't.
  const said = document.querySelector("[data-said]");
  if (said && matchMedia("(max-width: 64rem)").matches) said.open = false;
})();
