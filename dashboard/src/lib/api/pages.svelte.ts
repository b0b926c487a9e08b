interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** A paginated list; it restarts when its parameters change. */
export class Pages<Item> {
  value = $state.raw<Item[] | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  #next = $state<string | null>(null);
  readonly #ask: (cursor: string | null) => Promise<Page<Item>>;
  #generation = 0;

  constructor(ask: (cursor: string | null) => Promise<Page<Item>>) {
    this.#ask = ask;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** The first page; the previous data stay visible while loading. */
  load(): Promise<void> {
    return this.#read(null, []);
  }

  more(): Promise<void> {
    if (this.#next === null || this.loading) return Promise.resolve();
    return this.#read(this.#next, this.value ?? []);
  }

  /** Replaces a changed item. */
  put(item: Item, isIt: (other: Item) => boolean): void {
    this.value = this.value?.map((other) => (isIt(other) ? item : other)) ?? null;
  }

  async #read(cursor: string | null, before: Item[]): Promise<void> {
    const generation = ++this.#generation;
    this.loading = true;
    this.error = null;
    try {
      const { items, next } = await this.#ask(cursor);
      if (generation !== this.#generation) return;
      this.value = [...before, ...items];
      this.#next = next;
    } catch (error) {
      if (generation === this.#generation) this.error = error;
    } finally {
      if (generation === this.#generation) this.loading = false;
    }
  }
}

/** A list that the API answers whole. */
export const wholeList = <Item>(ask: () => Promise<readonly Item[]>): Pages<Item> =>
  new Pages(async () => ({ items: [...(await ask())], next: null }));
