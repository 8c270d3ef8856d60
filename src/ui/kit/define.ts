// Elements get their names here. A page may load two copies of this code (two addresses, two versions); the first to
// come names the element, and the second does without.

/** Name an element's class, unless the name is taken. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
