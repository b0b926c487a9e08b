import type { Page } from '$lib/api/paged-list.svelte.ts';
import type { Incident, User } from '$lib/api/types.ts';
import { type Filters, span } from '$lib/features/violations/filters.ts';
import { Newest } from '$lib/live/newest.ts';
import { type ReviewApi, ReviewQueue } from '$lib/review/review-queue.svelte.ts';
import type { QueueGrouping } from './grouping.ts';
import { type GroupsApi, QueueGroups } from './queue-groups.svelte.ts';

/** Who has an incident, for the filter of claims. */
export interface ClaimsKnown {
  isMine(incident: string): boolean;
  others(incident: string): object | null;
}
const noClaims: ClaimsKnown = { isMine: () => false, others: () => null };

/** Whether an incident matches; the same semantics as the API's filter. */
export function matches(
  incident: Incident,
  filters: Filters,
  now = Date.now(),
  claims = noClaims,
): boolean {
  const { from, to } = span(filters, now);
  const started = Date.parse(incident.startedAt);
  const isOf = (kind: string, wanted: string): boolean =>
    kind === wanted || kind.startsWith(`${wanted}/`);
  return (
    incident.mergedInto === null &&
    hasStatus(incident, filters.status) &&
    (filters.opened === null || Date.parse(incident.openedAt) >= Date.parse(filters.opened)) &&
    (filters.claim !== 'mine' || claims.isMine(incident.id)) &&
    (filters.claim !== 'free' || claims.others(incident.id) === null) &&
    (filters.rule === null || incident.rules.some((kind) => isOf(kind, filters.rule ?? ''))) &&
    (filters.camera === null || incident.cameras.includes(filters.camera)) &&
    (from === null || started >= Date.parse(from)) &&
    (to === null || started < Date.parse(to))
  );
}

/** What joined a decided incident waits, too. */
function hasStatus({ status, undecided }: Incident, wanted: Filters['status']): boolean {
  if (wanted === 'all') return true;
  return wanted === 'pending' ? undecided > 0 : status === wanted;
}

/** So many are read one by one. */
const FEW = 5;
/** So long changes are gathered until the groups are counted again, ms. */
const RECOUNT_MS = 400;
/** The next page of a group is loaded so many rows before its end. */
const AHEAD = 5;

/** The queue of incidents, each by itself or in groups. */
export class IncidentQueue extends ReviewQueue<Incident> {
  /** The groups of the list; null where each incident is by itself. */
  groups = $state.raw<QueueGroups | null>(null);
  readonly #groupsApi: GroupsApi | undefined;
  #isAsked = false;
  /** What makes the groups of an answer those of the list, and the cursor of more groups. */
  readonly #answers = new WeakMap<object, { commit: () => void; next: string | null }>();
  #recount: ReturnType<typeof setTimeout> | null = null;

  /**
   * @param newest known versions of incidents, from pushes and responses.
   * @param claims who has which incident.
   */
  constructor(
    api: ReviewApi<Incident> & { inGroups?: GroupsApi },
    user: () => Pick<User, 'id' | 'displayName'>,
    newest = new Newest<Incident>(),
    claims: ClaimsKnown = noClaims,
  ) {
    const rules = {
      matches: (incident: Incident, filters: Filters) =>
        matches(incident, filters, Date.now(), claims),
      foresee: (before: Incident, decided: Pick<Incident, 'status' | 'verdict'>): Incident => ({
        ...before,
        ...decided,
        undecided: decided.status === 'pending' ? before.findings - before.takenOut : 0,
      }),
      // A verdict covers what the reviewer saw: one on an older version is given again by the reviewer.
      stillCounts: () => false,
    };
    const list: ReviewApi<Incident>['list'] = (filters, cursor) =>
      this.groups ? this.#readGroups(this.groups, filters, cursor) : api.list(filters, cursor);
    super(
      { list, get: (id) => api.get(id), decide: (...of) => api.decide(...of) },
      rules,
      user,
      newest,
    );
    this.#groupsApi = api.inGroups;
  }

  /** Groups the list; without an API of groups each incident stays by itself. */
  groupBy(by: QueueGrouping): void {
    const wanted = this.#groupsApi ? by : 'episode';
    if (wanted === (this.groups?.by ?? 'episode')) return;
    this.groups =
      wanted === 'episode' || !this.#groupsApi
        ? null
        : new QueueGroups(wanted, this.#groupsApi, {
            rows: () => this.items,
            filters: () => this.filters,
            add: (rows) => this.#add(rows),
          });
    // What was loaded in another order is not shown as a group.
    if (this.#isAsked) void this.load({ ...this.filters });
  }

  override load(filters?: Filters): Promise<void> {
    this.#isAsked = true;
    return super.load(filters);
  }

  protected override loaded(answer: Page<Incident>): void {
    const of = this.#answers.get(answer);
    if (of) {
      of.commit();
      this.next = of.next;
    }
    super.loaded(answer);
  }

  async #readGroups(
    groups: QueueGroups,
    filters: Filters,
    cursor: string | null,
  ): Promise<Page<Incident>> {
    if (cursor !== null) return { items: [], next: await groups.loadGroups(filters, cursor) };
    const { items, next, commit } = await groups.load(filters);
    // The further pages are those of groups: none of them is read to find the selected row.
    const answer = { items, next: null };
    this.#answers.set(answer, { commit, next });
    return answer;
  }

  #add(rows: Incident[]): void {
    const known = new Set(this.items.map(({ id }) => id));
    const further = this.current(rows.filter(({ id }) => !known.has(id)));
    this.items = this.arranged([...this.items, ...further]);
  }

  /** The rows of the list that are on the screen, or can be scrolled to. */
  get shown(): readonly Incident[] {
    const { groups } = this;
    return groups ? this.items.filter((one) => groups.of(one)?.isOpen) : this.items;
  }

  override async select(id: string | null): Promise<void> {
    const isOther = id !== this.selectedId;
    const selecting = super.select(id);
    const row = isOther ? this.items[this.selectedIndex] : undefined;
    const group = row && this.groups?.of(row);
    if (group) group.isOpen = true;
    await selecting;
  }

  override neighbour(step: 1 | -1): string | null {
    const { groups } = this;
    const at = this.selectedIndex;
    const row = this.items[at];
    const group = row && groups?.of(row);
    if (!groups || !group) return super.neighbour(step);
    const next = this.items[at + step];
    if (!next || !group.isOpen || groups.of(next) !== group) return null;
    const ahead = this.items[at + AHEAD];
    if (step === 1 && group.next !== null && (!ahead || groups.of(ahead) !== group)) {
      void groups.more(group);
    }
    return next.id;
  }

  override further(step: 1 | -1): Promise<string | null> | null {
    const { groups, selected } = this;
    return groups && selected && groups.hasBeyond(selected, step)
      ? groups.beyond(selected, step)
      : null;
  }

  override receive(record: Incident): void {
    super.receive(record);
    this.#changed();
  }

  override take(record: Incident, place?: number): Incident {
    const now = super.take(record, place);
    this.#changed();
    return now;
  }

  override async decide(...of: Parameters<ReviewQueue<Incident>['decide']>) {
    const outcome = await super.decide(...of);
    this.#changed();
    return outcome;
  }

  protected override arranged(items: Incident[]): Incident[] {
    return this.groups?.arranged(items, (a, b) => this.compare(a, b)) ?? items;
  }

  protected override insert(record: Incident): boolean {
    const { groups } = this;
    if (!groups) return super.insert(record);
    const group = groups.of(record);
    // It is counted, and loaded with its group.
    if (!group?.isLoaded) return false;
    const last = groups.rowsOf(group).at(-1);
    if (group.next !== null && (!last || this.compare(last, record) < 0)) return false;
    this.items = this.arranged([...this.items, record]);
    return true;
  }

  /** The counts of groups follow what changed. */
  #changed(): void {
    if (!this.groups || this.#recount !== null) return;
    this.#recount = setTimeout(() => {
      this.#recount = null;
      // The next change, or the next look, counts them again.
      void this.groups?.recount().catch(() => {});
    }, RECOUNT_MS);
  }

  /** Shows incidents whose claim changed, or not any more, where the list is filtered by that. */
  async claimsChanged(ids: readonly string[]): Promise<void> {
    if (this.filters.claim === 'all') return;
    const known = this.items.filter(({ id }) => ids.includes(id));
    for (const one of known) this.receive(one);
    const unknown = ids.filter((id) => !known.some((one) => one.id === id));
    // Such as all of them, when the page is opened: one list instead of a request for each.
    if (unknown.length > FEW) return this.load();
    for (const id of unknown) {
      const found = await this.read(id).catch(() => null);
      if (found) this.receive(found);
    }
  }
}
