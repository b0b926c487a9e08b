import type { Incident, User } from '$lib/api/types.ts';
import { type Filters, span } from '$lib/features/violations/filters.ts';
import { Newest } from '$lib/live/newest.ts';
import { type ReviewApi, ReviewQueue } from '$lib/review/review-queue.svelte.ts';

/** Whether an incident matches; the same semantics as the API's filter. */
export function matches(incident: Incident, filters: Filters, now = Date.now()): boolean {
  const { from, to } = span(filters, now);
  const started = Date.parse(incident.startedAt);
  const isOf = (kind: string, wanted: string): boolean =>
    kind === wanted || kind.startsWith(`${wanted}/`);
  return (
    incident.mergedInto === null &&
    hasStatus(incident, filters.status) &&
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

/** The queue of incidents. */
export class IncidentQueue extends ReviewQueue<Incident> {
  /** @param newest known versions of incidents, from pushes and responses. */
  constructor(
    api: ReviewApi<Incident>,
    user: () => Pick<User, 'id' | 'displayName'>,
    newest = new Newest<Incident>(),
  ) {
    const rules = {
      matches,
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
}
