// How much of what came from outside a page draws by itself. A link of a few kilobytes can hold a table of a million
// rows; so whatever becomes part of the page is counted before the browser's parser gets it, and what is too much waits
// for a person to ask for it. Pure.

/** what is counted: the most of each in one text, or in the outputs of one cell */
const most = {
  /** characters of Markdown, without images in it */
  source: 30_000,
  /** characters that are seen */
  text: 100_000,
  elements: 5000,
  /** elements inside each other */
  depth: 100,
  formulas: 300,
  /** characters of all formulas */
  tex: 15_000,
  images: 100,
  /** of all images together */
  pixels: 40e6,
  /** of one SVG: elements with those of what it refers to, a filter as many; see svg-cost.ts */
  svg: 20_000,
};

export type Kind = keyof typeof most;

/** how a kind is called in a sentence: "it has …" */
const names: Record<Kind, string> = {
  source: "very long text",
  text: "very long text",
  elements: "very many elements",
  depth: "very deep nesting",
  formulas: "very many formulas",
  tex: "very long formulas",
  images: "very many images",
  pixels: "very large images",
  svg: "very complex images",
};

/** what one of each costs the page, in elements */
const price: Partial<Record<Kind, number>> = {
  source: 0.1,
  text: 0.05,
  elements: 1,
  formulas: 20,
  tex: 0.1,
  images: 20,
  pixels: 0.0005,
};

/** Counts what is drawn in one place, and knows what there is too much of. */
export class Meter {
  readonly #left: Record<Kind, number>;
  readonly #exceeded = new Set<Kind>();
  /** what it costs the page, in elements */
  cost = 0;

  /** @param elements that the page has room for; Infinity, and nothing is too much */
  constructor(elements = Number.POSITIVE_INFINITY) {
    const left = { ...most };
    for (const kind of Object.keys(left) as Kind[])
      left[kind] =
        elements === Number.POSITIVE_INFINITY
          ? elements
          : Math.min(left[kind], elements / (price[kind] ?? 0));
    this.#left = left;
  }

  /** Take an amount; false, and nothing is taken, when there is not so much left. */
  take(kind: Kind, amount = 1): boolean {
    if (!this.fits(kind, amount)) return false;
    this.#left[kind] -= amount;
    this.cost += amount * (price[kind] ?? 0);
    return true;
  }

  /** Is that much allowed? What is not is remembered as too much. */
  fits(kind: Kind, amount: number): boolean {
    const enough = amount <= this.#left[kind];
    if (!enough) this.#exceeded.add(kind);
    return enough;
  }

  left(kind: Kind): number {
    return this.#left[kind];
  }

  /** What there is too much of, as part of a sentence; "" when all of it is drawn. */
  get excess(): string {
    const [last, ...others] = [...new Set([...this.#exceeded].map((kind) => names[kind]))].reverse();
    return last === undefined ? "" : [others.reverse().join(", "), last].filter(Boolean).join(" and ");
  }

  /** The beginning of a text that may be drawn. */
  head(kind: Kind, text: string): string {
    const length = Math.min(text.length, Math.floor(this.left(kind)));
    if (length < text.length) this.fits(kind, text.length);
    this.take(kind, length);
    return text.slice(0, length);
  }
}

/** elements of a whole page; and how many may be there when cells are drawn that nobody looks at */
const [whole, ahead] = [30_000, 15_000];

/** What is drawn on the page now, by who has drawn it. */
export class Ledger {
  readonly #costs = new Map<object, number>();
  #sum = 0;
  /** a person wants all of it, as for printing; what one cell may have still counts */
  unbounded = false;

  /** A meter for what is about to be drawn, in place of what its owner has drawn before. */
  meter(owner: object): Meter {
    this.give(owner);
    return new Meter(this.unbounded ? whole : Math.max(0, whole - this.#sum));
  }

  /** It is drawn. */
  drawn(owner: object, cost: number): void {
    this.give(owner);
    this.#costs.set(owner, cost);
    this.#sum += cost;
  }

  /** It is gone. */
  give(owner: object): void {
    this.#sum -= this.#costs.get(owner) ?? 0;
    this.#costs.delete(owner);
  }

  /** Is there so much on the page that what nobody looks at must go, or not come? */
  get scarce(): boolean {
    return !this.unbounded && this.#sum > ahead;
  }
}

/** that of this page */
export const ledger = new Ledger();
