import { callerOf } from '../../platform/access/caller.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { App } from '../../platform/http/app-types.ts';
import { remainingOf } from './merged.ts';

/** Addresses of one person, whatever module they are of. */
const OF_PERSON = /^\/api\/v1\/(match\/)?persons\/:id(\/|$)/;

/**
 * Links and requests with the id of a file that was joined with another one are answered for the one that remains.
 */
export function followMerged(app: App, units: Units): void {
  app.addHook('preHandler', async (request) => {
    if (!OF_PERSON.test(request.routeOptions.url ?? '')) return;
    const params = request.params as { id: string };
    params.id = await units.run(callerOf(request), ({ tx }) => remainingOf(tx, params.id));
  });
}
