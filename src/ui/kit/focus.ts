// The focus of a control that an update takes away would fall back to the whole page; and what comes late would take the
// focus from a person who has gone elsewhere.

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

/** For what has to come before it can take the focus: tells whether the focus is still where it was now, or nowhere. */
export function watchFocus(): () => boolean {
  const before = focused();
  return () => {
    const now = focused();
    return now === before || now === null || now === document.body;
  };
}

/** the element that has the focus, inside whatever elements */
function focused(): Element | null {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}
