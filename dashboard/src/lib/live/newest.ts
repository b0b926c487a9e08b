interface Versioned {
  id: string;
  version: number;
}

/** Far more than a screen shows; a record that was not heard of for so long has settled. */
const kept = 2_000;

/**
 * The newest of each record that this page heard of. The processes of the API push after their
 * commits and over the bus, so that news of one record can overtake each other; and an answer may
 * be older than a push that came while it was on its way. What is older is never shown again.
 */
export class Newest<Item extends Versioned> {
  /** The one heard of last stands last. */
  readonly #items = new Map<string, Item>();
  readonly #kept: number;

  constructor(most = kept) {
    this.#kept = most;
  }

  /** Takes the news of a record; false where a newer version of it is known. */
  take(item: Item): boolean {
    const known = this.#items.get(item.id);
    if (known && known.version > item.version) return false;
    this.#items.delete(item.id);
    this.#items.set(item.id, item);
    for (const id of this.#items.keys()) {
      if (this.#items.size <= this.#kept) break;
      this.#items.delete(id);
    }
    return true;
  }

  /** Takes an answer of the API; the newer one of it and of what is known. */
  newer(item: Item): Item {
    return this.take(item) ? item : (this.#items.get(item.id) ?? item);
  }

  clear(): void {
    this.#items.clear();
  }
}
