// What stands below something of which only a part is drawn.

import { html, nothing } from "lit";
import type { Meter } from "./budget.ts";

/** Says what there is too much of, and offers all of it; nothing where all is drawn. */
export function excess({ excess: much }: Meter, ask: () => void): unknown {
  return much === ""
    ? nothing
    : html`<p class="excess">
        Only a part is drawn, since there is ${much}. All of it may take long, and the page does not answer meanwhile.
        <button class="plain" type="button" @click=${ask}>Show all</button>
      </p>`;
}
