import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from './platform/db/database.ts';
import { drawPicture } from './testing/media.ts';
import { ask, everything, nameOf, routesWithId, tablesOf } from './testing/object-routes.ts';
import { openSite, type RunningApi, type Site, startApi } from './testing/site.ts';
import { beginUpload, uploadFile } from './testing/tus.ts';
import { makeUser } from './testing/users.ts';
import { startWorker } from './testing/worker.ts';

const words = { zh: '别人的', en: "another's" };
let site: Site;
let api: RunningApi;
let database: Database;

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  database = openDatabase(appUrl);
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
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
    'violation',
    'incident',
    'scene_clip',
    'snooze',
    'camera',
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
    const configured = '/cameras/hall-west/configuration';
    const { version } = (await api.send<{ version: number }>('admin', 'GET', configured)).body;
    await api.send('admin', 'PATCH', configured, { version, area: 'press-line' });
    const camera = await startWorker(site, api);
    const finding = await camera.confirm();
    await camera.stop();
    const untilAt = new Date(Date.now() + 3_600_000).toISOString();
    const asked = { camera: 'hall-west', untilAt, reason: 'cleaning' };
    const snoozed = await api.send<{ id: string }>('operator', 'POST', '/snoozes', asked);
    expect(snoozed.status).toBe(201);
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
        ['violation', finding.data.violation],
        ['incident', finding.data.violation],
        ['snooze', snoozed.body.id],
        ['camera', 'hall-west'],
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
      ...routesWithId(api).map(nameOf),
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
      const { status, text } = await ask(api, name, ids, who);
      if (![403, 404].includes(status)) wrong.push(`${name}: ${status} ${text}`);
    }
    expect(tried.length).toBeGreaterThan(35);
    expect(wrong).toEqual([]);
  });

  it('is found for its owners, so that the tests above are valid', async () => {
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
      `/violations/${theirs.get('violation')}`,
      `/incidents/${theirs.get('incident')}`,
      `/snoozes/${theirs.get('snooze')}`,
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
          permissions: ['command:read@department', 'integration:manage@own', 'alarm:plan@site'],
        },
      }),
    );
    await makeUser(database, 'as-if', []);
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const user = await tx.appUser.findFirstOrThrow({ where: { username: 'as-if' } });
      await tx.userRole.create({ data: { tenantId: 'demo', userId: user.id, roleId: 'as-if' } });
    });
    const who = await api.signIn('as-if');
    for (const path of ['/alarms', '/webhooks']) {
      expect([path, (await api.get(`/api/v1${path}`, who)).status]).toEqual([path, 403]);
    }
    const admin = await api.signIn('admin');
    const role = { name: words, keepOnTransfer: false, permissions: ['command:read@department'] };
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
