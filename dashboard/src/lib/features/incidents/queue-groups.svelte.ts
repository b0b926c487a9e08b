import type { Incident } from '$lib/api/types.ts';
import type { Filters } from '$lib/features/violations/filters.ts';
import { type Grouping, type GroupSummary, groupOf } from './grouping.ts';

interface Page<Row> {
  items: Row[];
  next: string | null;
}

/** The API of a queue in groups. */
export interface GroupsApi {
  groups(by: Grouping, filters: Filters, cursor: string | null): Promise<Page<GroupSummary>>;
  rows(group: string, filters: Filters, cursor: string | null): Promise<Page<Incident>>;
}

/** So many pages of a group are read again at most when the list is. */
const MOST_PAGES_AGAIN = 5;
/** So many rows of a group are loaded at most to be marked at once. */
export const MOST_MARKED = 500;

/** A group of the queue, as far as it is loaded. */
export class QueueGroup {
  summary = $state.raw() as GroupSummary;
  isOpen = $state(false);
  /** Its first page was loaded. */
  isLoaded = $state(false);
  /** The cursor of its next page; null where there is none, or no page was loaded. */
  next = $state<string | null>(null);
  error = $state.raw<unknown>(null);
  /** How many pages were loaded. */
  pages = 0;
  /** The page that is on its way. */
  loading: Promise<void> | null = null;

  constructor(summary: GroupSummary) {
    this.summary = summary;
  }

  get key(): string {
    return this.summary.group;
  }

  /** Whether rows of it are not loaded. */
  get hasMore(): boolean {
    return !this.isLoaded || this.next !== null;
  }
}

/** A line of the list: the header of a group, a row, or the rest of a group that is loaded when it is seen. */
export interface QueueLine {
  id: string;
  item: Incident | null;
  group: QueueGroup;
  kind: 'group' | 'row' | 'more';
}

/** The queue whose rows are in groups. */
export interface GroupedRows {
  rows(): readonly Incident[];
  filters(): Filters;
  /** Adds rows of a page. */
  add(rows: Incident[]): void;
}

/**
 * The groups of the review queue. The rows are those of the queue, in the order of the groups; of a group as many are
 * loaded as were looked at.
 */
export class QueueGroups {
  list = $state.raw<readonly QueueGroup[]>([]);
  readonly by: Grouping;
  readonly #api: GroupsApi;
  readonly #rows: GroupedRows;

  constructor(by: Grouping, api: GroupsApi, rows: GroupedRows) {
    this.by = by;
    this.#api = api;
    this.#rows = rows;
  }

  /** The group of an incident; undefined where it is not in the list. */
  of(incident: Incident): QueueGroup | undefined {
    const key = groupOf(incident, this.by);
    return this.list.find((one) => one.key === key);
  }

  /** The loaded rows of a group. */
  rowsOf({ key }: QueueGroup): Incident[] {
    return this.#rows.rows().filter((one) => groupOf(one, this.by) === key);
  }

  /** What the list shows. */
  get lines(): QueueLine[] {
    const rows = Map.groupBy(this.#rows.rows(), (one) => groupOf(one, this.by));
    return this.list.flatMap((group): QueueLine[] => {
      const header = { id: `group ${group.key}`, item: null, group, kind: 'group' } as const;
      if (!group.isOpen) return [header];
      const own = rows.get(group.key) ?? [];
      return [
        header,
        ...own.map((item) => ({ id: item.id, item, group, kind: 'row' as const })),
        ...(group.hasMore
          ? [{ id: `more ${group.key}`, item: null, group, kind: 'more' as const }]
          : []),
      ];
    });
  }

  /** The rows in the order of the groups, by `compare` within one. */
  arranged(items: readonly Incident[], compare: (a: Incident, b: Incident) => number): Incident[] {
    const places = new Map(this.list.map(({ key }, n) => [key, n]));
    const placeOf = (one: Incident) => places.get(groupOf(one, this.by)) ?? places.size;
    return [...items].sort((a, b) => placeOf(a) - placeOf(b) || compare(a, b));
  }

  /**
   * Reads the first groups, and again the pages of those that were loaded; without any, those of the first group.
   *
   * @returns the rows, and what makes the groups those of the list.
   */
  async load(
    filters: Filters,
  ): Promise<{ items: Incident[]; next: string | null; commit: () => void }> {
    const known = new Map(this.list.map((one) => [one.key, one]));
    const { items: summaries, next } = await this.#api.groups(this.by, filters, null);
    const isFirst = !this.list.some(({ isLoaded }) => isLoaded);
    const read = await Promise.all(
      summaries.map(async (summary, n) => {
        const before = known.get(summary.group);
        const group = new QueueGroup(summary);
        group.isOpen = before?.isOpen ?? false;
        if (isFirst && n === 0) group.isOpen = true;
        const wanted = group.isOpen || before?.isLoaded ? Math.max(before?.pages ?? 1, 1) : 0;
        const rows: Incident[] = [];
        while (group.pages < Math.min(wanted, MOST_PAGES_AGAIN) && group.hasMore) {
          const page = await this.#api.rows(group.key, filters, group.next);
          rows.push(...page.items);
          this.#took(group, page);
        }
        return { group, rows };
      }),
    );
    return {
      items: read.flatMap(({ rows }) => rows),
      next,
      commit: () => {
        this.list = read.map(({ group }) => group);
      },
    };
  }

  /** Reads more groups. @returns the cursor of those after them. */
  async loadGroups(filters: Filters, cursor: string): Promise<string | null> {
    const { list } = this;
    const page = await this.#api.groups(this.by, filters, cursor);
    if (this.list !== list) return page.next;
    const known = new Set(list.map(({ key }) => key));
    const further = page.items.filter(({ group }) => !known.has(group));
    this.list = [...list, ...further.map((summary) => new QueueGroup(summary))];
    return page.next;
  }

  /** Loads the next page of a group, the first one where none was loaded. An error stays with the group. */
  async more(group: QueueGroup): Promise<void> {
    if (group.loading) return group.loading;
    if (!group.hasMore) return;
    group.loading = this.#nextPage(group);
    return group.loading;
  }

  async #nextPage(group: QueueGroup): Promise<void> {
    group.error = null;
    const filters = this.#rows.filters();
    try {
      const page = await this.#api.rows(group.key, filters, group.next);
      if (!this.list.includes(group) || this.#rows.filters() !== filters) return;
      this.#took(group, page);
      this.#rows.add(page.items);
    } catch (error) {
      group.error = error;
    } finally {
      // At once: what the change shows may ask for the page after it.
      group.loading = null;
    }
  }

  async open(group: QueueGroup): Promise<void> {
    group.isOpen = true;
    if (!group.isLoaded) await this.more(group);
  }

  toggle(group: QueueGroup): void {
    if (group.isOpen) group.isOpen = false;
    else void this.open(group);
  }

  /** Loads a group as far as it can be marked at once. */
  async fill(group: QueueGroup): Promise<void> {
    while (group.hasMore && this.rowsOf(group).length < MOST_MARKED) {
      await this.more(group);
      if (group.error !== null || !this.list.includes(group)) return;
    }
  }

  /**
   * The row next to the last, or before the first, of those that are open around one: in the rest of its group, or in the
   * next group with rows, which is opened. Null at either end.
   */
  async beyond(from: Incident, step: 1 | -1): Promise<string | null> {
    const start = this.of(from);
    if (!start) return null;
    if (step === 1 && start.isOpen && start.next !== null) {
      const before = new Set(this.rowsOf(start).map(({ id }) => id));
      await this.more(start);
      const row = this.rowsOf(start).find(({ id }) => !before.has(id));
      if (row) return row.id;
    }
    for (let n = this.list.indexOf(start) + step; this.list[n]; n += step) {
      const group = this.list[n]!;
      await this.open(group);
      const row = this.rowsOf(group).at(step === 1 ? 0 : -1);
      if (row) return row.id;
    }
    return null;
  }

  /** Whether there is anything to go on to beyond one. */
  hasBeyond(from: Incident, step: 1 | -1): boolean {
    const group = this.of(from);
    if (!group) return false;
    const rest = step === 1 && group.isOpen && group.next !== null;
    return rest || this.list[this.list.indexOf(group) + step] !== undefined;
  }

  /**
   * Counts again. Groups keep their place while a reviewer works on them; new ones come in where the API has them, and
   * those without rows go.
   */
  async recount(): Promise<void> {
    const { list } = this;
    const filters = this.#rows.filters();
    const now: GroupSummary[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<GroupSummary> = await this.#api.groups(this.by, filters, cursor);
      now.push(...page.items);
      cursor = page.next;
    } while (cursor !== null && now.length < list.length);
    if (this.list !== list || this.#rows.filters() !== filters) return;
    const counted = new Map(now.map((one) => [one.group, one]));
    const kept = list.filter((group) => {
      const summary = counted.get(group.key);
      if (summary) group.summary = summary;
      // One beyond the pages that were read is not known to be empty.
      else if (cursor === null) group.summary = { ...group.summary, count: 0 };
      return group.summary.count > 0 || this.rowsOf(group).length > 0;
    });
    now.forEach((summary, n) => {
      if (kept.some(({ key }) => key === summary.group)) return;
      const before = now[n - 1]?.group;
      kept.splice(kept.findIndex(({ key }) => key === before) + 1, 0, new QueueGroup(summary));
    });
    this.list = kept;
  }

  #took(group: QueueGroup, { next }: Page<Incident>): void {
    group.isLoaded = true;
    group.next = next;
    group.pages += 1;
  }
}
