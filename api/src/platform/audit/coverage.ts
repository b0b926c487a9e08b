import type { Caller } from '../access/caller.ts';
import type { App } from '../http/app-types.ts';
import type { Metrics } from '../metrics.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Counts, by route, successful mutating requests of users that left no line in the audit log. Some
 * are legitimate: own data only, such as marking notices as read, or idempotent repetitions. A
 * route that changes others' records and appears here has forgotten its line.
 */
export function countUnauditedWrites(app: App, metrics: Metrics): { noted(caller: Caller): void } {
  const noted = new Set<string>();
  app.addHook('onResponse', (request, reply, done) => {
    const left = noted.delete(request.id);
    if (!left && request.account && !READS.has(request.method) && reply.statusCode < 400) {
      const route = request.routeOptions.url ?? 'unknown';
      metrics.unauditedWrites.inc({ method: request.method, route });
    }
    done();
  });
  return {
    noted({ requestId, account }) {
      // Only requests of users are tracked, and removed with the response.
      if (requestId !== null && account) noted.add(requestId);
    },
  };
}
