import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergeGrants, permissions, scopes } from './platform/access/permissions.ts';
import { seedRoles } from './platform/access/seed-roles.ts';
import { type Database, openDatabase } from './platform/db/database.ts';
import type { GuardedRoute } from './platform/http/app-types.ts';
import { openSite, PASSWORD, type RunningApi, type Site, startApi } from './testing/site.ts';

/**
 * Every route of the program, with every role: what the role gives is answered, what it does not give
 * is refused. Routes come from the program itself, so that a new one is tried without a line here;
 * only one that needs no permission has to be written into these tables.
 */
const forAnyone = new Set([
  'GET /',
  'GET /*',
  'GET /metrics',
  'GET /api/health',
  'GET /api/openapi.json',
  'GET /api/v1/live-events',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
]);
const forWorkers = new Set([
  'GET /api/v1/ingest/violations/:id',
  'PUT /api/v1/ingest/evidence/:sha256',
  'POST /api/v1/ingest/locations',
  'POST /api/v1/ingest/rfid/impinj',
  'GET /api/v1/ingest/gps/traccar',
  'POST /api/v1/ingest/gps/traccar',
]);

/** What every tenant has: nobody can switch it off. The rest hangs on the switch of a module. */
const base = new Set([
  'auth',
  'users',
  'roles',
  'permissions',
  'access-reviews',
  'live-events',
  'system',
  'account-requests',
  'features',
  'presets',
  'dictionaries',
  'workflows',
  'calendar',
  'sites',
  'floor-plans',
  'notices',
  'push-subscriptions',
  'files',
  'uploads',
  'audit',
  'keys',
  'ingest',
  'backups',
  // The registry that every module names: people, places, machines, and what the law asks for them.
  'persons',
  'departments',
  'areas',
  'equipment',
  'me',
  'consent-purposes',
  'privacy',
  'statistics',
  'data-catalogue',
]);

let site: Site;
let api: RunningApi;
let database: Database;
let routes: GuardedRoute[];

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.freshDatabase()).appUrl);
  database = openDatabase(api.settings.databaseUrl);
  // The framework answers HEAD beside each GET by the same handler and the same guard.
  routes = api.routes.filter(({ method }) => method !== 'OPTIONS' && method !== 'HEAD');
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const nameOf = ({ method, url }: GuardedRoute) => `${method} ${url}`;

/** A user of the role alone, without a person: what is their own is nothing. */
async function userWith(roleId: string): Promise<{ authorization: string }> {
  const username = `only-${roleId}`;
  await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const { passwordHash } = await tx.appUser.findFirstOrThrow({ where: { username: 'operator' } });
    const id = ulid();
    const displayName = { zh: roleId, en: roleId };
    await tx.appUser.create({
      data: { tenantId: 'demo', id, username, displayName, passwordHash, demo: true },
    });
    await tx.userRole.create({ data: { tenantId: 'demo', userId: id, roleId } });
  });
  const answer = await api.post('/api/v1/auth/login', { username, password: PASSWORD });
  if (answer.status !== 200) throw new Error(`${username}: ${await answer.text()}`);
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return { authorization: `Bearer ${accessToken}` };
}

/** Really asks, for a thing that does not exist and with a body that says nothing. */
async function ask(route: GuardedRoute, headers: Record<string, string> = {}) {
  const path = route.url.replaceAll(/:\w+/g, '01JZZZZZZZZZZZZZZZZZZZZZZZ').replace('*', 'x');
  const withBody = ['POST', 'PUT', 'PATCH'].includes(route.method);
  const answer = await fetch(`${api.url}${path}`, {
    method: route.method,
    headers: { ...headers, ...(withBody ? { 'content-type': 'application/json' } : {}) },
    ...(withBody ? { body: '{}' } : {}),
    redirect: 'manual',
    signal: AbortSignal.timeout(20_000),
  });
  const problem = answer.headers.get('content-type')?.includes('problem+json')
    ? ((await answer.json()) as { code: string; detail: string })
    : null;
  if (!problem) await answer.body?.cancel();
  return { status: answer.status, code: problem?.code ?? null, detail: problem?.detail ?? null };
}

describe('[SEC-11] every route', () => {
  it('names a permission, or is in the table of those that need none', () => {
    expect(routes.length).toBeGreaterThan(40);
    const open = routes.filter((route) => route.public).map(nameOf);
    const worker = routes.filter((route) => route.worker).map(nameOf);
    expect(open.filter((name) => !forAnyone.has(name))).toEqual([]);
    expect(worker.filter((name) => !forWorkers.has(name))).toEqual([]);
    for (const route of routes) {
      const { permission, worker, public: anyone } = route;
      expect([nameOf(route), [permission, worker, anyone].filter(Boolean).length]).toEqual([
        nameOf(route),
        1,
      ]);
      if (permission && permission !== 'self') expect(permissions).toHaveProperty(permission);
    }
  });

  it('hangs on the switch of a module, or belongs to what every tenant has', () => {
    const loose = routes.filter(({ url, feature }) => {
      const [, api, version, first = ''] = url.split('/');
      return api === 'api' && version === 'v1' && feature === null && !base.has(first);
    });
    expect([...new Set(loose.map(({ url }) => url.split('/')[3]))]).toEqual([]);
  });

  it('answers nobody who has not signed in, and no user where it is for workers', async () => {
    const user = await api.signIn('admin');
    for (const route of routes.filter((route) => !route.public)) {
      const name = nameOf(route);
      expect([name, (await ask(route)).status]).toEqual([name, 401]);
      const forged = await ask(route, { authorization: 'Bearer nonsense' });
      expect([name, forged.status]).toEqual([name, 401]);
      if (route.worker) expect([name, (await ask(route, user)).status]).toEqual([name, 401]);
    }
  });

  it('asks for a permission that some role of a new tenant gives', () => {
    const given = new Set(seedRoles.flatMap((role) => [...mergeGrants(role.permissions).keys()]));
    const needed = routes
      .map(({ permission }) => permission)
      .filter((one) => one && one !== 'self');
    expect(needed.filter((one) => !given.has(one as never))).toEqual([]);
  });
});

describe('[SEC-11] [SEC-12] [SEC-25] role x route', () => {
  it.each(seedRoles.map((role) => [role.id, role] as const))('%s', async (id, role) => {
    const user = await userWith(id);
    const grants = mergeGrants(role.permissions);
    const wrong: string[] = [];
    for (const route of routes) {
      const { permission } = route;
      if (!permission) continue;
      const allowed = permission === 'self' || grants.has(permission);
      const { status, code, detail } = await ask(route, user);
      const good = allowed ? ![401, 403].includes(status) : code === 'auth.forbidden';
      if (!good) wrong.push(`${nameOf(route)} (${permission}): ${status} ${code} ${detail}`);
      if (status >= 500 && status !== 503)
        wrong.push(`${nameOf(route)} failed: ${status} ${detail}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('[SEC-11] [SEC-12] scope x route', () => {
  it.each(scopes)('%s: every permission, and no way past the routes', async (scope) => {
    const id = `all-${scope}`;
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.role.create({
        data: {
          tenantId: 'demo',
          id,
          name: { zh: id, en: id },
          permissions: Object.keys(permissions).map((permission) => `${permission}@${scope}`),
        },
      }),
    );
    const user = await userWith(id);
    const wrong: string[] = [];
    for (const route of routes) {
      if (!route.permission) continue;
      const { status, code, detail } = await ask(route, user);
      // A narrower scope narrows the rows, or what is wide by nature is refused by name.
      const good = status !== 401 && (status !== 403 || scope !== 'all');
      if (!good || (status >= 500 && status !== 503)) {
        wrong.push(`${nameOf(route)}: ${status} ${code} ${detail}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('[SEC-13] [SEC-15] [SEC-16] [SEC-17] what the roles of the plant give', () => {
  const of = (id: string) =>
    mergeGrants(seedRoles.find((role) => role.id === id)?.permissions ?? []);

  it('[SEC-13] a worker reports and sees what is their own, nothing of other people', () => {
    const worker = of('worker');
    for (const [permission, scope] of worker) {
      expect([permission, scope]).toEqual([
        permission,
        permission === 'registry:read' ? 'department' : 'own',
      ]);
    }
    for (const permission of [
      'person:read',
      'violation:read',
      'location:read',
      'audit:read',
    ] as const) {
      expect(worker.has(permission)).toBe(false);
    }
  });

  it('[SEC-15] management sees the whole company, and neither reporters nor secrets', () => {
    const manager = of('manager');
    expect(manager.get('hazard:read')).toBe('all');
    expect(manager.get('statistics:read')).toBe('all');
    for (const permission of ['hazard:identify', 'person:reveal', 'key:manage'] as const) {
      expect(manager.has(permission)).toBe(false);
    }
  });

  it('[SEC-16] the safety department has the full data of hazards and the last word', () => {
    for (const id of ['safety-officer', 'safety-head']) {
      const safety = of(id);
      for (const permission of [
        'hazard:read',
        'hazard:identify',
        'hazard:review',
        'hazard:accept',
      ] as const) {
        expect([id, permission, safety.get(permission)]).toEqual([id, permission, 'all']);
      }
    }
  });

  it('[SEC-17] [CHM-32] the five departments each reach their own, safety all', () => {
    for (const id of ['purchasing', 'warehouse', 'production', 'environment']) {
      for (const [permission, scope] of of(id))
        expect([id, permission, scope]).toEqual([id, permission, 'department']);
    }
    expect(of('safety-head').get('hazard:read')).toBe('all');
  });

  it('[SEC-24] whoever gives rights holds no keys, opens nothing and closes no hazard', () => {
    const admin = of('admin');
    for (const permission of [
      'key:manage',
      'person:reveal',
      'hazard:accept',
      'audit:read',
    ] as const) {
      expect(admin.has(permission)).toBe(false);
    }
  });
});
