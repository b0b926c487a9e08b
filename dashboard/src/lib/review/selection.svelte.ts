/**
 * The rows of a list that a person marked, to decide on them at once. Rows are named in the order of the
 * list: `order` has those that can be marked. The version that each was marked at is kept.
 */
export class Selection {
  /** The version of each marked row, as the person saw it. */
  #seen = $state.raw<ReadonlyMap<string, number>>(new Map());
  readonly #versionOf: (id: string) => number;
  /** A tap marks a row instead of opening it. */
  tapping = $state(false);
  /** The row at the moving end of a range. */
  cursor = $state<string | null>(null);
  /** The other end, and what was marked before the range. */
  #anchor: string | null = null;
  #before: ReadonlySet<string> = new Set();

  /** @param versionOf the version of a row on the screen. */
  constructor(versionOf: (id: string) => number = () => 0) {
    this.#versionOf = versionOf;
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.#seen.keys());
  }

  /** The version that a row was marked at; undefined where it is not marked. */
  seen(id: string): number | undefined {
    return this.#seen.get(id);
  }

  get isOn(): boolean {
    return this.tapping || this.#seen.size > 0;
  }

  has(id: string): boolean {
    return this.#seen.has(id);
  }

  toggle(id: string): void {
    const next = new Set(this.ids);
    if (!next.delete(id)) next.add(id);
    this.#start(id, next);
  }

  /** Marks from the last marked row to this one. */
  rangeTo(id: string, order: readonly string[]): void {
    const from = this.#anchor === null ? -1 : order.indexOf(this.#anchor);
    const to = order.indexOf(id);
    if (to < 0) return;
    if (from < 0) {
      this.#start(id, new Set([...this.ids, id]));
      return;
    }
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#mark([...this.#before, ...range]);
    this.cursor = id;
  }

  /**
   * Moves the end of the range by a row. The first step marks the open row and the next one, or the first
   * row of the list where none is open.
   *
   * @returns the row at the end now; null for an empty list.
   */
  extend(step: 1 | -1, order: readonly string[], open: string | null): string | null {
    const first = order[0];
    if (first === undefined) return null;
    if (this.cursor === null || !order.includes(this.cursor) || this.ids.size === 0) {
      const start = open !== null && order.includes(open) ? open : null;
      this.#start(start ?? first, new Set([...this.ids, start ?? first]));
      if (start === null) return first;
    }
    const at = order.indexOf(this.cursor ?? first) + step;
    const end = order[Math.min(Math.max(at, 0), order.length - 1)] ?? first;
    this.rangeTo(end, order);
    return end;
  }

  all(order: readonly string[]): void {
    this.#start(order[0] ?? null, new Set(order));
  }

  /** Marks some besides what is marked. */
  add(ids: readonly string[]): void {
    this.#start(ids[0] ?? null, new Set([...this.ids, ...ids]));
  }

  /** Unmarks some, such as those that were decided. */
  drop(ids: Iterable<string>): void {
    const next = new Set(this.ids);
    for (const id of ids) next.delete(id);
    this.#start(this.cursor !== null && next.has(this.cursor) ? this.cursor : null, next);
    if (next.size === 0) this.tapping = false;
  }

  clear(): void {
    this.#start(null, new Set());
    this.tapping = false;
  }

  #mark(ids: Iterable<string>): void {
    const before = this.#seen;
    this.#seen = new Map([...ids].map((id) => [id, before.get(id) ?? this.#versionOf(id)]));
  }

  #start(anchor: string | null, ids: ReadonlySet<string>): void {
    this.#mark(ids);
    this.cursor = this.#anchor = anchor;
    // What the range marks goes again where the range gets shorter; the anchor stays.
    this.#before = ids;
  }
}
