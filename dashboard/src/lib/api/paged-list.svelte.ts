/** Pages that rows may have moved down by while the list was not followed. */
const MOST_PAGES_FURTHER = 2;

export interface Page<Item> {
  items: Item[];
  /** Cursor of the next page; null after the last. */
  next: string | null;
}

/**
 * A filtered, paginated list. Responses to outdated requests, because the filters changed or the
 * list was reloaded, are dropped.
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

  /**
   * Loads the first page. Rows stay visible while the same filters are reloaded; then as many pages are loaded as
   * lead to the selected row, so that its neighbours are known as before.
   */
  async load(filters: Filters = this.filters): Promise<void> {
    const generation = ++this.#generation;
    const depth = filters === this.filters ? this.selectedIndex : -1;
    if (filters !== this.filters) this.items = [];
    this.filters = filters;
    this.loading = true;
    this.loadingMore = false;
    this.error = this.moreError = null;
    try {
      let answer = await this.#ask(filters, null);
      const pageSize = answer.items.length;
      while (
        generation === this.#generation &&
        answer.next !== null &&
        depth >= 0 &&
        // Rows that came meanwhile moved it down; one that left the list is not looked for to its end.
        answer.items.length <= depth + MOST_PAGES_FURTHER * pageSize &&
        !answer.items.slice(0, -1).some(({ id }) => id === this.selectedId)
      ) {
        const more = await this.#ask(filters, answer.next);
        answer = { ...answer, items: [...answer.items, ...more.items], next: more.next };
      }
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
      // A row that moved down meanwhile would be duplicated.
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
   * Reloads the first page, merging it with the shown rows.
   *
   * @returns null where the list was reloaded meanwhile.
   */
  protected async firstAgain(): Promise<Answer | null> {
    const generation = this.#generation;
    const answer = await this.#ask(this.filters, null);
    return generation === this.#generation ? answer : null;
  }

  /** Current versions of a response's rows: something newer may be known. */
  protected current(rows: Item[]): Item[] {
    return rows;
  }

  /** The first page was loaded into {@link items}. */
  protected loaded(_answer: Answer): void {}
}
