import { existsSync, readdirSync } from 'node:fs';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifests } from './modules/manifests.ts';
import {
  type Grant,
  type Permission,
  permissions,
  scopesOf,
} from './platform/access/permissions.ts';
import { type Database, openDatabase } from './platform/db/database.ts';
import type { GuardedRoute } from './platform/http/app-types.ts';
import { digestOf, foreignIds } from './testing/foreign-rows.ts';
import { drawPicture } from './testing/media.ts';
import { openSite, type RunningApi, type Site, startApi } from './testing/site.ts';
import { beginUpload, uploadFile } from './testing/tus.ts';
import { makeUser } from './testing/users.ts';

/**
 * Every route that takes an id, with the id of what is another's: another company's, another
 * department's, another person's. Routes come from the program itself; one whose address is in
 * neither table fails, so that a new one is tried or is said to need none.
 *
 * Records by the tables that their ids lie in, as the manifests say.
 */
const records: Record<string, readonly string[]> = Object.assign(
  {},
  ...manifests.map((one) => one.records ?? {}),
);
/** Named by what each company calls its own: the same name at another is another row. */
const byName = new Set([
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
  'PUT /hazard-types/:id',
  'PUT /hazard-sites/:id',
  'GET /floor-plans/:site/:plan/image',
  'POST /live/:camera/whep',
  // Views of cameras are sessions of a worker, not rows; live.int.test.ts tries those of others.
  'DELETE /live/sessions/:id',
  // Any entity by its id, for auditors of all; tried below.
  'GET /data-catalogue/:entity/:id/lineage',
]);

/** Bodies that pass the schemas, so that it is the id that is looked at: each module's `probes.ts`. */
const bodies: Record<string, object> = {};
for (const room of ['modules', 'platform']) {
  const folder = new URL(`./${room}/`, import.meta.url);
  for (const name of readdirSync(folder)) {
    if (!existsSync(new URL(`${name}/probes.ts`, folder))) continue;
    const found =
      room === 'modules'
        ? await import(`./modules/${name}/probes.ts`)
        : await import(`./platform/${name}/probes.ts`);
    Object.assign(bodies, (found as { bodies: Record<string, object> }).bodies);
  }
}

const RIVAL = 'rival';
const words = { zh: '别人的', en: "another's" };
const MARK = 'MARK-OF-THE-RIVAL';
let site: Site;
let urls: { adminUrl: string; appUrl: string };
let api: RunningApi;
let database: Database;
let routes: GuardedRoute[];
/** What a user of this company may name of another company, by table. */
let foreign: Map<string, string>;

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase([RIVAL]);
  // What a new company has; then nobody works there, so that any change there is from here.
  await (await startApi(site, urls.appUrl, { tenant: RIVAL })).stop();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  routes = api.routes.filter(
    ({ method, url, permission }) =>
      permission !== null && url.includes(':') && !['OPTIONS', 'HEAD'].includes(method),
  );
  const tables = [...new Set(Object.values(records).flat())];
  foreign = await foreignIds(urls.adminUrl, RIVAL, MARK, tables);
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const nameOf = ({ method, url }: { method: string; url: string }) =>
  `${method} ${url.replace('/api/v1', '')}`;

/** The tables of the ids in the address; the longest that fits. */
function tablesOf(name: string): readonly string[] | null {
  const [, url = ''] = name.split(' ');
  if (byName.has(name)) return null;
  const fits = Object.keys(records).filter((one) => url === one || url.startsWith(`${one}/`));
  const [longest] = fits.sort((a, b) => b.length - a.length);
  return longest ? (records[longest] ?? null) : null;
}

const everything = (scope: 'own' | 'department' | 'site' | 'all'): Grant[] =>
  (Object.keys(permissions) as Permission[])
    .filter((permission) => scopesOf(permission).includes(scope))
    .map((permission): Grant => `${permission}@${scope}`);

async function ask(name: string, ids: readonly string[], who: Record<string, string>) {
  const [method = '', url = ''] = name.split(' ');
  let at = 0;
  const path = url.replaceAll(/:\w+/g, () => ids[at++] ?? 'missing');
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

describe('[SEC-11] [SME-01] the id of what is another company’s', () => {
  it('is looked for by every route that takes one, or the route says why not', () => {
    expect(routes.length).toBeGreaterThan(70);
    const unknown = routes.map(nameOf).filter((name) => !byName.has(name) && !tablesOf(name));
    expect(unknown).toEqual([]);
    const gone = [...byName].filter((name) => !routes.some((route) => nameOf(route) === name));
    expect(gone).toEqual([]);
  });

  it('is unknown to whoever may do everything here, and nothing changes there', async () => {
    await makeUser(database, 'everything', everything('all'));
    const who = await api.signIn('everything');
    const before = await digestOf(urls.adminUrl, RIVAL);
    expect(before.size).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const name of routes.map(nameOf)) {
      const tables = tablesOf(name);
      if (!tables) continue;
      const ids = tables.map((table) => foreign.get(table) ?? '');
      const { status, text } = await ask(name, ids, who);
      if (status !== 404 || text.includes(MARK)) wrong.push(`${name}: ${status} ${text}`);
    }
    for (const [entity, table] of [
      ['person', 'person'],
      ['hazard', 'hazard'],
      ['user', 'app_user'],
    ] as const) {
      const { status, text } = await ask(
        'GET /data-catalogue/:entity/:id/lineage',
        [entity, foreign.get(table) ?? ''],
        who,
      );
      if (status !== 404) wrong.push(`lineage of ${entity}: ${status} ${text}`);
    }
    expect(wrong).toEqual([]);
    expect(await digestOf(urls.adminUrl, RIVAL)).toEqual(before);
  });

  it('finds nothing as a filter, a cursor or a part of a body', async () => {
    const who = await api.signIn('everything');
    const [user, person, hazard] = ['app_user', 'person', 'hazard'].map((one) => foreign.get(one));
    for (const path of [
      `/audit?user=${user}`,
      `/audit?person=${person}`,
      `/audit?entityId=${hazard}`,
      `/audit/export?format=csv&entityId=${hazard}`,
      `/hazards?linked=violation:${foreign.get('violation')}`,
      `/hazards?q=${MARK}`,
      `/persons?q=${MARK}`,
      `/users?q=${MARK}`,
      `/persons?cursor=${Buffer.from('0').toString('base64url')}`,
      `/webhooks/${foreign.get('webhook')}/deliveries`,
    ]) {
      const answer = await api.get(`/api/v1${path}`, who);
      const text = await answer.text();
      expect(text, path).not.toContain(MARK);
    }
    const report = {
      id: ulid(),
      description: 'x',
      type: 'other',
      suggestedLevel: 'general',
      site: 'plant-1',
      foundAt: new Date().toISOString(),
      source: 'desk',
    };
    for (const more of [
      { fileIds: [foreign.get('stored_file')] },
      { fileIds: [], violationId: foreign.get('violation') },
      { fileIds: [], id: hazard, equipmentId: foreign.get('equipment') },
    ]) {
      const answer = await api.post('/api/v1/hazards', { ...report, ...more }, who);
      expect([404, 422], await answer.clone().text()).toContain(answer.status);
    }
    const bound = { username: 'bound', displayName: words, personId: person };
    expect((await api.post('/api/v1/users', bound, who)).status).toBe(404);
  });
});

describe('[SEC-11] [SEC-12] the id of what is another department’s or person’s', () => {
  /** Things of the press shop and of the people there. */
  const theirs = new Map<string, string>();
  const divided = [
    'app_user',
    'person',
    'equipment',
    'area',
    'stored_file',
    'upload',
    'notice',
    'session',
    'hazard',
    'hazard_penalty',
  ];

  beforeAll(async () => {
    const worker = await api.signIn('worker.press');
    const safety = await api.signIn('safety');
    const fileId = await uploadFile(api, worker, await drawPicture(77));
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.site.createMany({
        data: [{ tenantId: 'demo', id: 'changzhou-1', name: words }],
        skipDuplicates: true,
      }),
    );
    const reported = await api.post(
      '/api/v1/hazards',
      {
        id: ulid(),
        description: 'x',
        type: 'machine-guard',
        suggestedLevel: 'general',
        site: 'changzhou-1',
        areaId: 'press-line',
        foundAt: new Date().toISOString(),
        fileIds: [fileId],
      },
      worker,
    );
    const hazard = (await reported.json()) as { id: string; version: number };
    expect(reported.status, JSON.stringify(hazard)).toBe(201);
    const accepted = await api.post(
      `/api/v1/hazards/${hazard.id}/actions`,
      { transition: 'accept', version: hazard.version, fields: {} },
      safety,
    );
    expect(accepted.status, await accepted.text()).toBe(200);
    const begun = await beginUpload(api, worker, 1000);
    const me = (await (await api.get('/api/v1/auth/me', worker)).json()) as {
      id: string;
      person: string;
    };
    const sessions = (await (await api.get('/api/v1/auth/sessions', worker)).json()) as {
      items: { id: string }[];
    };
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const notice = await tx.notice.findFirst();
      const penalty = ulid();
      await tx.hazardPenalty.create({
        data: {
          tenantId: 'demo',
          id: penalty,
          hazardId: hazard.id,
          kind: 'false-report',
          userId: me.id,
          userName: words,
          personId: me.person,
          findingIds: [],
          reason: 'x',
          decidedBy: ulid(),
          decidedByName: words,
        },
      });
      for (const [table, id] of [
        ['app_user', me.id],
        ['person', me.person],
        ['equipment', 'press-1'],
        ['area', 'press-line'],
        ['stored_file', fileId],
        ['upload', (begun.headers.get('location') ?? '').split('/').at(-1) ?? ''],
        ['notice', notice?.id ?? ulid()],
        ['session', sessions.items[0]?.id ?? ''],
        ['hazard', hazard.id],
        ['hazard_penalty', penalty],
      ] as const) {
        theirs.set(table, id);
      }
    });
    await makeUser(database, 'all-own', everything('own'));
    await makeUser(database, 'all-department', everything('department'), { employeeNo: 'E008' });
  });

  it.each(['all-own', 'all-department'])('is not there for %s, on any route', async (username) => {
    const who = await api.signIn(username);
    const tried: string[] = [];
    const wrong: string[] = [];
    for (const name of [
      ...routes.map(nameOf),
      'PUT /areas/:id',
      'PUT /equipment/:id',
      'PUT /departments/:id',
    ]) {
      const tables = name.startsWith('PUT /departments')
        ? ['department']
        : name.startsWith('PUT /areas')
          ? ['area']
          : name.startsWith('PUT /equipment')
            ? ['equipment']
            : tablesOf(name);
      if (
        !tables?.every(
          (table) => divided.includes(table) || table === 'badge' || table === 'department',
        )
      )
        continue;
      const ids = tables.map((table) =>
        table === 'department' ? 'press-shop' : (theirs.get(table) ?? ulid()),
      );
      tried.push(name);
      const { status, text } = await ask(name, ids, who);
      if (![403, 404].includes(status)) wrong.push(`${name}: ${status} ${text}`);
    }
    expect(tried.length).toBeGreaterThan(35);
    expect(wrong).toEqual([]);
  });

  it('and there it is for those whom it belongs to, so that the looks were no empty ones', async () => {
    const worker = await api.signIn('worker.press');
    for (const path of [
      `/hazards/${theirs.get('hazard')}`,
      `/files/${theirs.get('stored_file')}/content`,
    ]) {
      expect([path, (await api.get(`/api/v1${path}`, worker)).status]).toEqual([path, 200]);
    }
    await makeUser(database, 'admin2', everything('all'));
    const all = await api.signIn('admin2');
    for (const path of [
      `/users/${theirs.get('app_user')}`,
      `/persons/${theirs.get('person')}`,
      `/equipment/${theirs.get('equipment')}`,
    ]) {
      expect([path, (await api.get(`/api/v1${path}`, all)).status]).toEqual([path, 200]);
    }
  });

  it('what is not divided is given for all, or gives nothing', async () => {
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.role.create({
        data: {
          tenantId: 'demo',
          id: 'as-if',
          name: words,
          permissions: ['violation:read@department', 'integration:manage@own', 'live:watch@site'],
        },
      }),
    );
    await makeUser(database, 'as-if', []);
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const user = await tx.appUser.findFirstOrThrow({ where: { username: 'as-if' } });
      await tx.userRole.create({ data: { tenantId: 'demo', userId: user.id, roleId: 'as-if' } });
    });
    const who = await api.signIn('as-if');
    for (const path of ['/violations', '/webhooks']) {
      expect([path, (await api.get(`/api/v1${path}`, who)).status]).toEqual([path, 403]);
    }
    const admin = await api.signIn('admin');
    const role = { name: words, keepOnTransfer: false, permissions: ['violation:read@department'] };
    const saved = await fetch(`${api.url}/api/v1/roles/as-if-2`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...admin },
      body: JSON.stringify(role),
    });
    expect([saved.status, await saved.text()]).toEqual([400, expect.stringContaining('scopes')]);
  });

  it('machines are shown as far as the scope reaches', async () => {
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      for (const machine of ['press-1', 'nobody-knows']) {
        await tx.machineState.create({
          data: { tenantId: 'demo', machine, state: 'running', at: new Date() },
        });
      }
    });
    const seen = async (username: string) => {
      const answer = await api.get('/api/v1/machines', await api.signIn(username));
      return ((await answer.json()) as { items: { machine: string }[] }).items.map(
        ({ machine }) => machine,
      );
    };
    expect(await seen('all-department')).toEqual([]);
    expect(await seen('head.press')).toEqual(['press-1']);
    expect(await seen('admin2')).toEqual(['nobody-knows', 'press-1']);
  });
});
