import type { Caller } from '../access/caller.ts';
import type { App } from '../http/app-types.ts';
import type { Metrics } from '../metrics.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Counts the requests of users that changed something by their method, succeeded and left no line
 * in the audit log, by route. Some rightly do: what is only one's own, such as marking notices as
 * read, or what turned out to be done already. A route that handles records of others and stands
 * here has forgotten its line.
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
      // Only what a request of a user does is answered, and so forgotten.
      if (requestId !== null && account) noted.add(requestId);
    },
  };
}
