// The focus of a control that an update takes away would fall back to the whole page.

import type { ReactiveElement } from "lit";

/** Call `move` after an update that has taken away the control which had the focus. */
export function rescueFocus(host: ReactiveElement, move: () => void): void {
  let focused: Element | null = null;
  host.addController({
    hostUpdate: () => {
      focused = host.shadowRoot?.activeElement ?? null;
    },
    hostUpdated: () => {
      if (focused && !focused.isConnected) move();
    },
  });
}
