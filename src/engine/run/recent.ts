// A memo of bounded size: what was used last stays.

export class Recent<K, V> {
  readonly #most: number;
  readonly #values = new Map<K, V>();

  /** @param most how many values are remembered; one more forgets the one that was not used for longest */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: K): V | undefined {
    const value = this.#values.get(key);
    return value === undefined ? undefined : this.set(key, value);
  }

  set(key: K, value: V): V {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#most) this.#values.delete(oldest!);
    return value;
  }
}
