import type { Incident, User } from '$lib/api/types.ts';
import { type Filters, span } from '$lib/features/violations/filters.ts';
import { Newest } from '$lib/live/newest.ts';
import { type ReviewApi, ReviewQueue } from '$lib/review/review-queue.svelte.ts';

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

/** The queue of incidents. */
export class IncidentQueue extends ReviewQueue<Incident> {
  /**
   * @param newest known versions of incidents, from pushes and responses.
   * @param claims who has which incident.
   */
  constructor(
    api: ReviewApi<Incident>,
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
    super(api, rules, user, newest);
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
