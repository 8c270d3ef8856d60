// The site's first page: the first screen works at once, and the notebook below it, which is a hundred times larger, comes
// when that has been drawn.

import "./front.ts";

const load = () => import("../notebook/main.ts");

// a person who is shown the first screen has something to do meanwhile
const waits = !document.documentElement.classList.contains("front-hidden");
if (waits && "requestIdleCallback" in window) requestIdleCallback(load, { timeout: 500 });
else void load();
