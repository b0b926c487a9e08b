export interface Page<Item> {
  items: Item[];
  /** Where the next page begins; null after the last. */
  next: string | null;
}

/**
 * The rows that filters ask for, page by page. An answer to what is no longer asked, because the
 * filters changed or the list was loaded again, is dropped.
 */
export abstract class PagedList<
  Item extends { id: string },
  Filters,
  Answer extends Page<Item> = Page<Item>,
> {
  items = $state.raw<Item[]>([]);
  filters: Filters;
  loading = $state(false);
  loadingMore = $state(false);
  error = $state.raw<unknown>(null);
  moreError = $state.raw<unknown>(null);
  next = $state<string | null>(null);
  selectedId = $state<string | null>(null);
  readonly #ask: (filters: Filters, cursor: string | null) => Promise<Answer>;
  #generation = 0;

  constructor(filters: Filters, ask: (filters: Filters, cursor: string | null) => Promise<Answer>) {
    this.filters = $state.raw(filters);
    this.#ask = ask;
  }

  get selectedIndex(): number {
    return this.items.findIndex((item) => item.id === this.selectedId);
  }

  /** Loads the first page. Rows stay in sight while the same filters are loaded again. */
  async load(filters: Filters = this.filters): Promise<void> {
    const generation = ++this.#generation;
    if (filters !== this.filters) this.items = [];
    this.filters = filters;
    this.loading = true;
    this.loadingMore = false;
    this.error = this.moreError = null;
    try {
      const answer = await this.#ask(filters, null);
      if (generation !== this.#generation) return;
      this.items = this.current(answer.items);
      this.next = answer.next;
      this.loading = false;
      this.loaded(answer);
    } catch (error) {
      if (generation === this.#generation) this.error = error;
    } finally {
      if (generation === this.#generation) this.loading = false;
    }
  }

  async loadMore(): Promise<void> {
    if (!this.next || this.loading || this.loadingMore) return;
    const generation = this.#generation;
    this.loadingMore = true;
    this.moreError = null;
    try {
      const answer = await this.#ask(this.filters, this.next);
      if (generation !== this.#generation) return;
      const known = new Set(this.items.map((item) => item.id));
      // A row that moved down meanwhile comes twice.
      const further = answer.items.filter((item) => !known.has(item.id));
      this.items = [...this.items, ...this.current(further)];
      this.next = answer.next;
    } catch (error) {
      if (generation === this.#generation) this.moreError = error;
    } finally {
      if (generation === this.#generation) this.loadingMore = false;
    }
  }

  /**
   * Asks for the first page once more, beside what is shown.
   *
   * @returns null where the list has been loaded anew meanwhile.
   */
  protected async firstAgain(): Promise<Answer | null> {
    const generation = this.#generation;
    const answer = await this.#ask(this.filters, null);
    return generation === this.#generation ? answer : null;
  }

  /** Rows of an answer as they are by now: something newer may be known of them. */
  protected current(rows: Item[]): Item[] {
    return rows;
  }

  /** The first page has come and is in {@link items}. */
  protected loaded(_answer: Answer): void {}
}
