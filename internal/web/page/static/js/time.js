// The time at work on a page that is left without sending its form.
"use strict";
(() => {
  const place = document.querySelector("[data-phase][data-assessment]");
  if (!place) return;
  addEventListener("pagehide", () => {
    const seconds = window.omasuunta.takeActive();
    if (seconds > 0) {
      navigator.sendBeacon("/assessments/" + place.dataset.assessment + "/time",
        new URLSearchParams({ phase: place.dataset.phase, seconds: String(seconds) }));
    }
  });
})();
