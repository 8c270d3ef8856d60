// Brings the first screen to life: the switch moves between the two recorded states, and what a person has hidden stays
// hidden. The HTML comes from the build (vite/front.ts); nothing here needs a model, or anything else of the page.

/** the class of the page, and the name in localStorage, that say it is hidden; public/front-hidden.js reads them first */
const hidden = "front-hidden";

const find = <T extends Element = HTMLElement>(id: string) =>
  document.getElementById(id) as unknown as T | null;

/** Show the words as they are with the neuron on, or off. */
function show(on: boolean): void {
  const state = on ? "before" : "after";
  find("front-switch")?.setAttribute("aria-checked", String(on));
  find("front")?.classList.toggle("off", !on);
  const word = find("front-state");
  if (word) word.textContent = on ? "on" : "off";
  const gap = find("front-gap");
  if (gap) gap.textContent = gap.dataset[state] ?? "";
  for (const row of document.querySelectorAll<HTMLElement>("#front tr")) {
    row.querySelector(".now")?.setAttribute("width", row.dataset[state] ?? "0");
    const number = row.querySelector(".number");
    if (number) number.textContent = row.dataset[`${state}Text`] ?? "";
  }
  const said = find("front-said");
  if (said)
    said.textContent = `Neuron ${on ? "on" : "off"}: the likeliest word is now “${gap?.textContent ?? ""}”.`;
}

find("front-switch")?.addEventListener("click", () => {
  show(find("front-switch")?.getAttribute("aria-checked") !== "true");
});

find("front-close")?.addEventListener("click", () => {
  document.documentElement.classList.add(hidden);
  try {
    localStorage.setItem(hidden, "yes");
  } catch {
    // a browser that keeps nothing shows it again the next time
  }
  find("open-notebook")?.focus({ preventScroll: true });
});

find("front-open")?.addEventListener("click", (event) => {
  // the address's fragment is for notebooks
  event.preventDefault();
  const top = find("open-notebook");
  top?.scrollIntoView({ behavior: "smooth", block: "start" });
  top?.focus({ preventScroll: true });
});
