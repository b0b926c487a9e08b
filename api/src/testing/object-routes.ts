import { existsSync, readdirSync } from 'node:fs';
import { manifests } from '../modules/manifests.ts';
import {
  type Grant,
  type Permission,
  permissions,
  scopesOf,
} from '../platform/access/permissions.ts';
import type { GuardedRoute } from '../platform/http/app-types.ts';
import type { RunningApi } from './site.ts';

/*
 * Routes that take an id, for the tests that try each with the id of what is another's: another
 * company's, another department's, another person's. Routes come from the program itself; one whose
 * address is in neither table fails the test, so that a new one is tried or is said to need none.
 */

/** Tables by the address of the routes whose ids lie in them, as the manifests say. */
export const records: Record<string, readonly string[]> = Object.assign(
  {},
  ...manifests.map((one) => one.records ?? {}),
);
/** Named by what each company calls its own: the same name at another is another row. */
export const byName = new Set([
  'GET /roles/:id',
  'PUT /roles/:id',
  'DELETE /roles/:id',
  'PUT /consent-purposes/:id',
  'PUT /departments/:id',
  'PUT /areas/:id',
  'PUT /equipment/:id',
  'PUT /features/:id',
  'PUT /privacy/register/:id',
  'PUT /privacy/assessments/:id',
  'POST /privacy/compliance/:id/confirmations',
  'PUT /audit/rules/:id',
  'GET /workflows/:id',
  'PUT /workflows/:id',
  'POST /workflows/:id/validate',
  'GET /workflows/:id/versions',
  'POST /presets/:id/apply',
  'GET /dictionaries/:id',
  'PUT /dictionaries/:id/:entry',
  'GET /import-kinds/:id/template',
  'GET /rules/:id',
  'POST /rules/:id/overrides',
  'PUT /hazard-types/:id',
  'PUT /hazard-sites/:id',
  'GET /floor-plans/:site/:plan/image',
  // Sites are named by each company.
  'PATCH /sites/:site',
  'DELETE /sites/:site',
  'GET /sites/:site/uses',
  'POST /sites/:site/floor-plans',
  'PATCH /sites/:site/floor-plans/:plan',
  'DELETE /sites/:site/floor-plans/:plan',
  'GET /sites/:site/floor-plans/:plan/uses',
  'PUT /incident-settings/:site',
  'PUT /locations/settings/:site',
  // A floor plan of the company's own file.
  'PUT /plan-references/:plan',
  'DELETE /plan-references/:plan',
  'POST /live/:camera/whep',
  // Codes are random and name accounts; incident-shares.int.test.ts tries those of others.
  'GET /shared-incidents/:code',
  'GET /shared-incidents/:code/findings/:finding/snapshot',
  'GET /shared-incidents/:code/findings/:finding/clip',
  // Views of cameras are sessions of a worker, not rows; live.int.test.ts tries those of others.
  'GET /live/sessions/:id',
  'DELETE /live/sessions/:id',
  // Settings of the account of the request, by key; user-settings.int.test.ts asks as another.
  'GET /me/settings/:key',
  'PUT /me/settings/:key',
  // Any entity by its id, for auditors of all; the test of companies tries it.
  'GET /data-catalogue/:entity/:id/lineage',
]);

/** Bodies and query strings that pass the schemas, so that the id is checked: each module's `probes.ts`. */
const bodies: Record<string, object> = {};
const queries: Record<string, string> = {};
for (const room of ['modules', 'platform']) {
  const folder = new URL(`../${room}/`, import.meta.url);
  for (const name of readdirSync(folder)) {
    if (!existsSync(new URL(`${name}/probes.ts`, folder))) continue;
    const found =
      room === 'modules'
        ? await import(`../modules/${name}/probes.ts`)
        : await import(`../platform/${name}/probes.ts`);
    const probes = found as { bodies: typeof bodies; queries?: typeof queries };
    Object.assign(bodies, probes.bodies);
    Object.assign(queries, probes.queries ?? {});
  }
}

/** The routes with an id in their address that need a permission. */
export const routesWithId = (api: RunningApi): GuardedRoute[] =>
  api.routes.filter(
    ({ method, url, permission }) =>
      permission !== null && url.includes(':') && !['OPTIONS', 'HEAD'].includes(method),
  );

/** `METHOD /path`, without the prefix of the version. */
export const nameOf = ({ method, url }: { method: string; url: string }) =>
  `${method} ${url.replace('/api/v1', '')}`;

/** The tables of the ids in the address of the longest entry that fits; null where it has none. */
export function tablesOf(name: string): readonly string[] | null {
  const [, url = ''] = name.split(' ');
  if (byName.has(name)) return null;
  const fits = Object.keys(records).filter((one) => url === one || url.startsWith(`${one}/`));
  const [longest] = fits.sort((a, b) => b.length - a.length);
  return longest ? (records[longest] ?? null) : null;
}

/** Every permission that knows this scope, in it. */
export const everything = (scope: 'own' | 'department' | 'site' | 'all'): Grant[] =>
  (Object.keys(permissions) as Permission[])
    .filter((permission) => scopesOf(permission).includes(scope))
    .map((permission): Grant => `${permission}@${scope}`);

/** Calls a route by its name, with these ids in its address and a body that its schema takes. */
export async function ask(
  api: RunningApi,
  name: string,
  ids: readonly string[],
  who: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const [method = '', url = ''] = name.split(' ');
  let at = 0;
  const filled = url.replaceAll(/:\w+/g, () => ids[at++] ?? 'missing');
  const path = queries[name] ? `${filled}?${queries[name]}` : filled;
  const body = bodies[name];
  const tus = url.startsWith('/uploads/') && method === 'PATCH';
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      ...who,
      ...(tus
        ? {
            'tus-resumable': '1.0.0',
            'upload-offset': '0',
            'content-type': 'application/offset+octet-stream',
          }
        : body || ['POST', 'PUT', 'PATCH'].includes(method)
          ? { 'content-type': 'application/json' }
          : {}),
    },
    ...(tus
      ? { body: 'x' }
      : body || ['POST', 'PUT', 'PATCH'].includes(method)
        ? { body: JSON.stringify(body ?? {}) }
        : {}),
  });
  return { status: answer.status, text: await answer.text() };
}
