interface Versioned {
  id: string;
  version: number;
}

/** Far more than a screen shows; older records no longer change. */
const kept = 2_000;

/**
 * The newest known version of each record. The API's processes push after their commits and over
 * the bus, so messages about one record may arrive out of order; and a response may be older than a
 * push. Older versions are never shown again.
 */
export class Newest<Item extends Versioned> {
  /** Ordered by last update. */
  readonly #items = new Map<string, Item>();
  readonly #kept: number;

  constructor(most = kept) {
    this.#kept = most;
  }

  /** Offers a record; false where a newer version is known. */
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

  /** Returns the newer one of a response and the known version. */
  newer(item: Item): Item {
    return this.take(item) ? item : (this.#items.get(item.id) ?? item);
  }

  clear(): void {
    this.#items.clear();
  }
}
