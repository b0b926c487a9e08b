import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Grant,
  mergeGrants,
  type Permission,
  permissions,
  scopesOf,
} from './platform/access/permissions.ts';
import { seedRoles } from './platform/access/seed-roles.ts';
import { type Database, openDatabase } from './platform/db/database.ts';
import type { GuardedRoute } from './platform/http/app-types.ts';
import { openSite, type RunningApi, type Site, startApi } from './testing/site.ts';
import { makeUser } from './testing/users.ts';

/**
 * Every route declares who may use it, and enforces it. Routes are read from the program, so that a
 * new one is tested automatically; only routes without a permission must be listed in these tests.
 */
const forAnyone = new Set([
  'GET /',
  'GET /*',
  'GET /metrics',
  'GET /api/health',
  'GET /api/openapi.json',
  'GET /api/asyncapi.json',
  'GET /api/docs',
  'GET /api/docs/page.css',
  'GET /api/docs/start.js',
  'GET /api/docs/scalar.js',
  'GET /api/v1/documents/verification/:code',
  'GET /api/v1/obligations/feeds/:secret',
  'GET /api/v1/live-events',
  'GET /api/v1/live-video',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
  'POST /api/v1/screen/pairing',
  'POST /api/v1/screen/session',
]);
const forDevices = new Set([
  'POST /api/v1/gates/machine-start',
  'POST /api/v1/gates/area-entry',
  'GET /api/v1/gates/edge-key',
  'GET /api/v1/gates/edge-permits',
  'POST /api/v1/gates/edge-decisions',
  'POST /api/v1/gates/edge-reports',
  'POST /api/v1/match/check',
  'GET /api/v1/ingest/cameras',
  'GET /api/v1/ingest/worker',
  'POST /api/v1/ingest/health',
  'POST /api/v1/ingest/outage-stills',
  'POST /api/v1/ingest/worker',
  'POST /api/v1/ingest/worker/heartbeat',
  'PUT /api/v1/ingest/evidence/:sha256',
  'PUT /api/v1/ingest/omlox/v2/providers/:provider/location',
  'PUT /api/v1/ingest/omlox/v2/providers/locations',
  'PUT /api/v1/ingest/persons/:externalId',
  'PUT /api/v1/ingest/worker/evidence-key',
  'POST /api/v1/ingest/blur-orders/claim',
  'GET /api/v1/ingest/blur-orders/:id/:of/original',
  'GET /api/v1/ingest/blur-orders/:id/:of/boxes',
  'POST /api/v1/ingest/blur-orders/:id/:of/failed',
  'POST /api/v1/ingest/rfid/impinj',
  'GET /api/v1/ingest/gps/traccar',
  'POST /api/v1/ingest/gps/traccar',
  'GET /api/v1/ingest/gps/traccar/:token',
  'POST /api/v1/ingest/gps/traccar/:token',
]);

/** Every tenant has these: they cannot be switched off. All others depend on a module's switch. */
const base = new Set([
  'auth',
  'users',
  'roles',
  'permissions',
  'access-reviews',
  'documents',
  'live-events',
  'system',
  'account-requests',
  'features',
  'presets',
  'dictionaries',
  'tasks',
  'workflows',
  'calendar',
  'rules',
  'rule-overrides',
  'obligations',
  'own-obligations',
  'bus',
  'dead-letters',
  'sites',
  'floor-plans',
  'notices',
  'push-subscriptions',
  'files',
  'uploads',
  'imports',
  'import-kinds',
  'audit',
  'keys',
  'ingest',
  'backups',
  'devices',
  // The registry that every module refers to: people, areas, machines, and what the law requires
  // for them.
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
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  database = openDatabase(api.settings.databaseUrl);
  // The framework adds HEAD to each GET with the same handler and guard.
  routes = api.routes.filter(({ method }) => method !== 'OPTIONS' && method !== 'HEAD');
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const nameOf = ({ method, url }: GuardedRoute) => `${method} ${url}`;

/**
 * Creates a role with these grants and a user with only this role, without a person: nothing is
 * their own.
 */
async function userWith(id: string, grants: Grant[]): Promise<{ authorization: string }> {
  await makeUser(database, id, grants);
  return api.signIn(id);
}

const all = Object.keys(permissions) as Permission[];

/** Sends the request, for an id that does not exist and with an empty body. */
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
    const device = routes.filter((route) => route.device).map(nameOf);
    expect(open.filter((name) => !forAnyone.has(name))).toEqual([]);
    expect(device.sort()).toEqual([...forDevices].sort());
    for (const route of routes) {
      const { permission, device, public: anyone } = route;
      expect([nameOf(route), [permission, device, anyone].filter(Boolean).length]).toEqual([
        nameOf(route),
        1,
      ]);
      if (permission && permission !== 'self') expect(permissions).toHaveProperty(permission);
    }
  });

  it('depends on the switch of a module, or is available to every tenant', () => {
    const loose = routes.filter(({ url, feature }) => {
      const [, api, version, first = ''] = url.split('/');
      return api === 'api' && version === 'v1' && feature === null && !base.has(first);
    });
    expect([...new Set(loose.map(({ url }) => url.split('/')[3]))]).toEqual([]);
  });

  it('requires a permission that some role of a new tenant grants', () => {
    const given = new Set(seedRoles.flatMap((role) => [...mergeGrants(role.permissions).keys()]));
    const needed = routes
      .map(({ permission }) => permission)
      .filter((one) => one && one !== 'self');
    expect(needed.filter((one) => !given.has(one as never))).toEqual([]);
  });
});

/** Calls each of these routes and returns those with an unexpected response. */
async function wrongAnswers(
  asked: readonly GuardedRoute[],
  headers: (route: GuardedRoute) => Record<string, string>,
  good: (answer: Awaited<ReturnType<typeof ask>>) => boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const route of asked) {
    const answer = await ask(route, headers(route)).catch((error: unknown) => {
      throw new Error(`no answer to ${nameOf(route)}`, { cause: error });
    });
    const broken = answer.status >= 500 && answer.status !== 503;
    if (good(answer) && !broken) continue;
    const { status, code, detail } = answer;
    wrong.push(`${nameOf(route)} (${route.permission}): ${status} ${code} ${detail}`);
  }
  return wrong;
}

/*
 * One denied and one allowed call for each route. The permissions of each role are unit-tested:
 * platform/access/permits.test.ts.
 */
describe('each route, by HTTP', () => {
  const guarded = () => routes.filter(({ permission }) => permission !== null);
  const signedOut = ({ status }: { status: number }) => status === 401;

  it('[SEC-11] refuses requests without sign-in', async () => {
    const closed = routes.filter((route) => !route.public);
    expect(await wrongAnswers(closed, () => ({}), signedOut)).toEqual([]);
  });

  it('[SEC-11] takes no forged token, and no token of a user where it is for devices', async () => {
    const user = await api.signIn('admin');
    const devices = routes.filter((route) => route.device);
    expect(await wrongAnswers(devices, () => user, signedOut)).toEqual([]);
    // One route per kind of guard: all routes of a kind share one guard.
    const self = routes.find(({ permission }) => permission === 'self');
    const some = [devices[0], self, guarded().find((route) => route !== self)];
    const forged = { authorization: 'Bearer nonsense' };
    expect(await wrongAnswers(some as GuardedRoute[], () => forged, signedOut)).toEqual([]);
  });

  it('[SEC-11] [SEC-12] [SEC-25] refuses users with every permission but the required one', async () => {
    const asked = guarded().filter(({ permission }) => permission !== 'self');
    const users = new Map<string, Record<string, string>>();
    for (const permission of new Set(asked.map((route) => route.permission as Permission))) {
      const others = all.filter((one) => one !== permission);
      const id = `not-${permission.replace(':', '-')}`;
      users.set(
        permission,
        await userWith(
          id,
          others.map((one): Grant => `${one}@all`),
        ),
      );
    }
    const wrong = await wrongAnswers(
      asked,
      ({ permission }) => users.get(permission ?? '') ?? {},
      ({ status, code }) => status === 403 && code === 'auth.forbidden',
    );
    expect(wrong).toEqual([]);
  });

  it('[SEC-11] [SEC-12] allows users with the permission', async () => {
    const user = await userWith(
      'everything',
      all.map((one): Grant => `${one}@all`),
    );
    const allowed = ({ status }: { status: number }) => status !== 401 && status !== 403;
    expect(await wrongAnswers(guarded(), () => user, allowed)).toEqual([]);
  });

  it('[SEC-12] a narrow scope filters the rows, or listed routes without scopes are refused', async () => {
    const divided = (permission: Permission) => scopesOf(permission).includes('own');
    const user = await userWith(
      'own',
      all.filter(divided).map((one): Grant => `${one}@own`),
    );
    const asked = guarded().filter(
      ({ permission }) => permission === 'self' || divided(permission as Permission),
    );
    expect(asked.length).toBeGreaterThan(40);
    expect(
      await wrongAnswers(
        asked,
        () => user,
        ({ status }) => status !== 401,
      ),
    ).toEqual([]);
  });
});
