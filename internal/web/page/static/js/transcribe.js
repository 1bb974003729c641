// Boxes of a paper form: what is typed moves on to the next one by itself.
// Without it the same boxes are plain fields, and Tab moves on.
"use strict";
(() => {
  const form = document.querySelector("form.transcribe");
  if (!form) return;
  const boxes = [...form.querySelectorAll("[data-box]")];
  for (const one of form.querySelectorAll("[data-with-script]")) one.hidden = false;

  // What a box can hold, as it is shown there; "" for anything else. The server
  // reads the same and has the last word.
  function mark(text) {
    const key = text.toUpperCase();
    if (/^([0-9]|10|[JEX])$/.test(key)) return key;
    if (key === "T" || key === "+") return "10";
    return /^[-–—−]$/.test(key) ? "–" : "";
  }

  // After a 1 the box waits: it may become a 10, and anything else belongs to the
  // next box.
  let waiting = null;
  function move(box, by) {
    waiting = null;
    const next = boxes[boxes.indexOf(box) + by];
    if (next) {
      next.focus();
      next.select();
    } else if (by > 0) {
      const rest = [...form.querySelectorAll("summary, button, input:not([type=hidden])")];
      const after = rest.slice(rest.indexOf(box) + 1)[0];
      if (after) after.focus();
    }
    return next;
  }
  function put(box, text) {
    const one = mark(text);
    box.value = one;
    count();
    if (!one) return;
    if (text === "1") waiting = box; else move(box, 1);
  }
  function typed(box) {
    const waited = waiting === box;
    const text = box.value.replace(/\s/g, "");
    const passed = /\s/.test(box.value);
    waiting = null;
    if (text === "" || mark(text)) {
      put(box, text);
      if (passed && document.activeElement === box) move(box, 1);
      return;
    }
    const last = text.slice(-1);
    if (waited && mark(last)) {
      box.value = "1";
      const next = move(box, 1);
      if (next) put(next, last);
      return;
    }
    if (mark(last)) put(box, last); else box.value = text.slice(0, -1); // a key that means nothing
  }

  for (const box of boxes) {
    box.addEventListener("input", () => typed(box));
    box.addEventListener("focus", () => { if (waiting !== box) { waiting = null; box.select(); } });
    box.addEventListener("pointerup", (event) => { event.preventDefault(); box.select(); });
    box.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const moves = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (moves) {
        event.preventDefault();
        move(box, moves);
      } else if (event.key === " " || event.key === "Enter") {
        // They part answers, as commas would: where the cursor has moved on by
        // itself there is nothing left to part.
        event.preventDefault();
        if (box.value !== "") move(box, 1);
      } else if (event.key === "Backspace" && box.value === "" && boxes.indexOf(box) > 0) {
        event.preventDefault();
        const before = move(box, -1);
        before.value = "";
        count();
      }
    });
  }

  // How many boxes of a side are filled, so that one too many or too few is seen.
  function count() {
    for (const half of form.querySelectorAll("[data-half]")) {
      const filled = [...half.querySelectorAll("[data-box]")].filter((box) => box.value.trim() !== "").length;
      half.querySelector("[data-count]").textContent = String(filled);
      half.querySelector("[data-filled]").hidden = false;
    }
  }
  count();
  addEventListener("pageshow", count); // what the browser has put back

  // Where something is to be mended, the first wrong field is at hand; on a page
  // that asks for nothing but boxes it is the first box.
  const wrong = form.querySelector('[aria-invalid="true"], fieldset.wrong input');
  if (wrong) wrong.focus();
  else if (!document.getElementById("mistakes") && form.querySelector('[name="step"]') && boxes.length) boxes[0].focus();
})();
