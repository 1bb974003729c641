// Reads a part of the page aloud, with a voice of this device only: nothing of
// what is read leaves it. Without such a voice in the page's language the button
// stays hidden. Nothing is read unless somebody asks for it.
//
// [data-speak] is what is read, its [data-say] parts or else its headings and
// paragraphs; [data-speak-button] in it starts and stops. The button may have a
// [data-speak-start] and a [data-speak-stop] to show in turn.
"use strict";
(() => {
  const engine = window.speechSynthesis;
  const places = document.querySelectorAll("[data-speak]");
  if (!engine || !places.length) return;
  const language = document.documentElement.lang;
  let reading = null; // the button that was pressed last, while it is read

  const voice = () => {
    const fitting = engine.getVoices().filter((one) => one.localService && one.lang.toLowerCase().replace("_", "-").split("-")[0] === language);
    return fitting.find((one) => one.default) || fitting[0];
  };

  function texts(place) {
    let parts = [...place.querySelectorAll("[data-say]")];
    if (!parts.length) parts = [...place.querySelectorAll("h1, h2, h3, p, li, dt, dd")].filter((one) => !one.querySelector("button, p, li"));
    return parts.map((one) => one.textContent.trim()).filter(Boolean);
  }

  function show(button, speaking) {
    button.setAttribute("aria-pressed", String(speaking));
    const start = button.querySelector("[data-speak-start]");
    const stop = button.querySelector("[data-speak-stop]");
    if (!start || !stop) return;
    start.hidden = speaking;
    stop.hidden = !speaking;
  }

  function stop() {
    if (reading) show(reading, false);
    reading = null;
    engine.cancel();
  }

  function start(place, button) {
    stop();
    const chosen = voice();
    if (!chosen) return;
    reading = button;
    show(button, true);
    const list = texts(place);
    list.forEach((text, i) => {
      const one = new SpeechSynthesisUtterance(text);
      one.voice = chosen;
      one.lang = chosen.lang;
      if (i === list.length - 1) one.onend = () => { if (reading === button) stop(); };
      engine.speak(one);
    });
  }

  function offer() {
    for (const place of places) {
      for (const button of place.querySelectorAll("[data-speak-button]")) button.hidden = !voice();
    }
  }
  for (const place of places) {
    for (const button of place.querySelectorAll("[data-speak-button]")) {
      button.addEventListener("click", () => { if (reading === button) stop(); else start(place, button); });
    }
  }
  offer();
  if (engine.addEventListener) engine.addEventListener("voiceschanged", offer);
  addEventListener("pagehide", stop);
})();
