// Asks for the printer once the page for it is there.
"use strict";
addEventListener("load", () => print());
