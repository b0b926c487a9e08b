import type { User, Violation } from '$lib/api/types.ts';
import { Newest } from '$lib/live/newest.ts';
import { type Decision, ReviewQueue } from '$lib/review/review-queue.svelte.ts';
import { matches } from './filters.ts';
import type { QueueApi } from './queue-api.ts';

export type { Decision };

/** The queue of single violations. */
export class ViolationQueue extends ReviewQueue<Violation> {
  /** @param newest known versions of violations, from pushes and responses. */
  constructor(
    api: QueueApi,
    user: () => Pick<User, 'id' | 'displayName'>,
    newest = new Newest<Violation>(),
  ) {
    const rules = {
      matches,
      foresee: (before: Violation, decided: Pick<Violation, 'status' | 'verdict'>): Violation => ({
        ...before,
        ...decided,
      }),
      // A violation also gets a new version when its clip arrives.
      stillCounts: (before: Violation, current: Violation): boolean =>
        current.status === before.status && current.verdict?.at === before.verdict?.at,
    };
    super(api, rules, user, newest);
  }
}
