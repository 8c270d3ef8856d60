// Boxes that scroll inside a cell. One whose content is too large must be reachable by keyboard; one whose
// content fits should be no stop on the way.

import type { ReactiveControllerHost, ReactiveElement } from "lit";

/** Makes the boxes of a host that match a selector regions to scroll by keyboard, for as long as they overflow. */
export class Scrollable {
  readonly #host: ReactiveElement;
  readonly #selector: string;
  readonly #name: string;
  #sizes: ResizeObserver | undefined;

  constructor(host: ReactiveControllerHost & ReactiveElement, selector: string, name: string) {
    this.#host = host;
    this.#selector = selector;
    this.#name = name;
    host.addController(this);
  }

  hostConnected(): void {
    this.#sizes = new ResizeObserver((entries) => {
      for (const { target } of entries) this.#mark(target);
    });
    this.hostUpdated();
  }

  hostDisconnected(): void {
    this.#sizes?.disconnect();
  }

  hostUpdated(): void {
    for (const box of this.#host.renderRoot?.querySelectorAll(this.#selector) ?? [])
      this.#sizes?.observe(box);
  }

  #mark(box: Element): void {
    const wide =
      box.scrollWidth > box.clientWidth + 1 ||
      (box.scrollHeight > box.clientHeight + 1 && box.clientHeight > 1000);
    if (wide === box.hasAttribute("tabindex")) return;
    if (wide) {
      box.setAttribute("tabindex", "0");
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", this.#name);
    } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}
