import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grant } from '../../platform/access/permissions.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { type IncidentSite, openIncidentSite } from '../../testing/incidents.ts';
import { type LiveListener, listenLive } from '../../testing/listen-live.ts';
import { readPack, savePack } from '../../testing/packs.ts';
import { type RunningApi, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { Violation } from '../violations/schema.ts';
import type { Incident, IncidentDetail } from './schema.ts';

/*
 * hall-west is in the press shop, hall-east in the assembly shop, upstairs nowhere. What each account sees
 * of it, on every way.
 */
let world: IncidentSite;
let api: RunningApi;
/** A second process: its browsers hear of changes over the bus. */
let other: RunningApi;
let database: Database;
let sql: pg.Client;
/** Of the press shop, of the assembly shop, and of one person over both. */
let press: string;
let assembly: string;
let both: { west: string; east: string };

const along: Grant[] = ['evidence:export@all', 'evidence:hold@all', 'evidence:reveal@all'];
const reading: Grant[] = ['violation:read@department', 'hazard:report@own', 'registry:read@all'];

beforeAll(async () => {
  world = await openIncidentSite();
  ({ api } = world);
  database = openDatabase(api.settings.databaseUrl);
  sql = new pg.Client({ connectionString: world.superUrl });
  await sql.connect();
  for (const [camera, area] of [
    ['hall-west', 'press-line'],
    ['hall-east', 'assembly-area'],
  ] as const) {
    const at = `/cameras/${camera}/configuration`;
    const { version } = (await api.send<{ version: number }>('admin', 'GET', at)).body;
    const { status } = await api.send('admin', 'PATCH', at, { version, area });
    expect(status).toBe(200);
  }
  // It may take events, too: after the changes, so that it knows the areas from its start.
  other = await startApi(world.site, api.settings.databaseUrl, {
    camerasFile: api.settings.camerasFile,
  });
  const of = (username: string, grants: Grant[], employeeNo: string) =>
    makeUser(database, username, grants, { employeeNo });
  await of('press', [...reading, 'violation:review@department', ...along], 'E005');
  await of('assembly', [...reading, ...along], 'E012');
  await of('store', [...reading, 'violation:review@department', ...along], 'E009');
  await of('worker', ['violation:read@own'], 'E006');
  await of('site', ['violation:read@site'], 'E004');
  await makeUser(database, 'placeless', ['violation:read@department', 'violation:review@site']);

  const { west, east, see } = world;
  press = (await see(west, world.hour(), 'a')).id;
  assembly = (await see(east, world.hour(), 'a')).id;
  const start = world.hour();
  const seen = await see(west, start, 'p', { at: [5, 5] });
  const same = await see(east, start + 300, 'q', { at: [5.1, 5] });
  both = { west: seen.id, east: same.id };
  await see(world.upper, world.hour(), 'a');
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await other?.stop();
  await world?.stop();
});

interface Page<Row> {
  items: Row[];
  next: string | null;
  counts?: { pending: number };
}
const get = async <Body>(user: string, path: string) =>
  (await api.send<Body>(user, 'GET', path)).body as Body;
const ids = ({ items }: Page<{ id: string }>) => items.map(({ id }) => id).sort();
const violationsOf = async (user: string, query = '') =>
  ids(await get<Page<Violation>>(user, `/violations?${query}`));
const incidentsOf = async (user: string, query = '') =>
  ids(await get<Page<Incident>>(user, `/incidents?${query}`));
const personOf = async (employeeNo: string) =>
  (await sql.query('SELECT id FROM person WHERE employee_no = $1', [employeeNo])).rows[0]
    .id as string;

describe('[SEC-12] [SEC-14] the violations and incidents of an account', () => {
  it('are those of its place, in lists, filters, counts and pages', async () => {
    const act = (await world.incidentOf(both.west)).id;
    const expected = {
      press: { findings: [press, both.west, both.east], acts: [press, act] },
      assembly: { findings: [assembly, both.west, both.east], acts: [assembly, act] },
      store: { findings: [] as string[], acts: [] as string[] },
      worker: { findings: [] as string[], acts: [] as string[] },
      site: { findings: [] as string[], acts: [] as string[] },
      placeless: { findings: [] as string[], acts: [] as string[] },
    };
    for (const [user, { findings, acts }] of Object.entries(expected)) {
      const inOrder = [...findings].sort();
      expect([user, await violationsOf(user)]).toEqual([user, inOrder]);
      expect([user, await incidentsOf(user)]).toEqual([user, [...acts].sort()]);
      expect([user, await incidentsOf(user, 'status=pending')]).toEqual([user, [...acts].sort()]);
      // No filter finds what the list does not show.
      expect([user, await violationsOf(user, 'camera=upstairs')]).toEqual([user, []]);
      expect([user, await incidentsOf(user, 'camera=upstairs')]).toEqual([user, []]);
      const foreign = user === 'press' ? assembly : press;
      expect([user, await incidentsOf(user, `finding=${foreign}`)]).toEqual([
        user,
        acts.includes(foreign) ? [foreign] : [],
      ]);
      for (const [path, rows] of [
        ['violations', findings],
        ['incidents', acts],
      ] as const) {
        const first = await get<Page<Incident>>(user, `/${path}?limit=1`);
        expect([user, path, first.counts?.pending]).toEqual([user, path, rows.length]);
        expect(first.next === null).toBe(rows.length < 2);
        // The cursor of one who sees all reveals nothing more.
        const theirs = await get<Page<Incident>>('operator', `/${path}?limit=1`);
        const beyond = await get<Page<Incident>>(user, `/${path}?cursor=${theirs.next}`);
        expect(ids(beyond).every((id) => rows.includes(id))).toBe(true);
      }
    }
    expect(await violationsOf('operator')).toHaveLength(5);
    // The site of an account is that of its department.
    await sql.query(`UPDATE department SET site = 'plant-1' WHERE id = 'management'`);
    await until(async () => (await violationsOf('site')).length === 5, 'all of the site');
    await sql.query(`UPDATE department SET site = 'changzhou-1' WHERE id = 'management'`);
  });

  it('are seen whole, also where an act goes on at the place of others', async () => {
    const act = await world.incidentOf(both.west);
    for (const user of ['press', 'assembly']) {
      const detail = await get<IncidentDetail>(user, `/incidents/${act.id}`);
      expect(detail.members.map(({ violation }) => violation.id).sort()).toEqual(
        [both.west, both.east].sort(),
      );
      expect(detail.cameras).toEqual(act.cameras);
      for (const id of [both.west, both.east]) {
        expect((await api.send(user, 'GET', `/violations/${id}`)).status).toBe(200);
      }
    }
  });
});

/** Everything of violations and incidents that names one by its id. */
const requests = (violation: string, incident: string): [string, string, object?][] => [
  ['GET', `/violations/${violation}`],
  ['GET', `/violations/${violation}/verdicts`],
  ['GET', `/violations/${violation}/snapshot`],
  ['GET', `/violations/${violation}/clip`],
  ['GET', `/violations/${violation}/boxes`],
  ['GET', `/violations/${violation}/reveal`],
  ['GET', `/violations/${violation}/original/snapshot`],
  ['GET', `/violations/${violation}/original/clip`],
  ['POST', `/violations/${violation}/reveal`, { reason: 'I want to see it' }],
  ['DELETE', `/violations/${violation}/reveal`],
  ['POST', `/violations/${violation}/rendition-requests`],
  ['POST', `/violations/${violation}/verdict`, { decision: 'confirm', version: 1 }],
  ['POST', `/violations/${violation}/hazard`],
  ['GET', `/incidents/${incident}`],
  ['GET', `/incidents/${incident}/hold`],
  ['POST', `/incidents/${incident}/hold`, { reason: 'a dispute', reviewOn: '2027-06-01' }],
  ['GET', `/incidents/${incident}/packs`],
  ['POST', `/incidents/${incident}/packs`, { originals: false }],
  ['POST', `/incidents/${incident}/report`, { language: 'en', originals: false }],
  ['POST', `/incidents/${incident}/verdict`, { decision: 'confirm', version: 1 }],
  [
    'POST',
    `/incidents/${incident}/take-out`,
    { finding: violation, reason: 'false-detection', version: 1 },
  ],
  ['POST', `/incidents/${incident}/split`, { findings: [violation], version: 1 }],
  ['POST', `/incidents/${incident}/join`, { incident: ulid(), version: 1 }],
  ['POST', `/incidents/${incident}/undo`, { version: 1 }],
];

/** All that an attack could change. */
async function state(): Promise<unknown> {
  const { rows } = await sql.query(`
    SELECT (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.id) FROM violation v) AS violations,
      (SELECT jsonb_agg(to_jsonb(i) ORDER BY i.id) FROM incident i) AS incidents,
      (SELECT count(*) FROM verdict) AS verdicts, (SELECT count(*) FROM evidence_hold) AS holds,
      (SELECT count(*) FROM evidence_pack) AS packs, (SELECT count(*) FROM evidence_reveal) AS reveals,
      (SELECT count(*) FROM blur_order) AS orders, (SELECT count(*) FROM document) AS documents,
      (SELECT count(*) FROM hazard_link WHERE entity = 'violation') AS hazards,
      (SELECT count(*) FROM audit_log WHERE entity IN ('violation', 'incident', 'evidence-hold',
        'evidence-pack')) AS lines`);
  return rows[0];
}

it('[SEC-11] the id of what is another department’s is not there, on any way, and nothing changed', async () => {
  const before = await state();
  const wrong: string[] = [];
  for (const [user, violation] of [
    ['store', press],
    ['placeless', press],
    ['press', assembly],
  ] as const) {
    const unknown = requests(ulid(), ulid());
    for (const [n, [method, path, body]] of requests(violation, violation).entries()) {
      const answer = await api.send<{ code: string }>(user, method, path, body);
      const [, missing, same] = unknown[n]!;
      const none = await api.send<{ code: string }>(user, method, missing, same);
      const isAlike = answer.status === none.status && answer.body?.code === none.body?.code;
      if (![403, 404].includes(answer.status) || !isAlike) {
        wrong.push(`${user} ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  // What is theirs is there, so that the above is valid.
  expect((await api.send('press', 'GET', `/violations/${press}/verdicts`)).status).toBe(200);
  expect((await api.send('press', 'GET', `/incidents/${press}/packs`)).status).toBe(200);
  expect((await api.send('press', 'GET', `/incidents/${press}/hold`)).status).toBe(200);
  expect(await state()).toEqual(before);
});

it('[SEC-11] a join with an incident of another department is refused as with an unknown one', async () => {
  const { version } = await get<Incident>('press', `/incidents/${press}`);
  const before = await state();
  const join = (incident: string) =>
    api.send<{ code: string }>('press', 'POST', `/incidents/${press}/join`, { incident, version });
  for (const incident of [assembly, ulid()]) {
    expect(await join(incident)).toMatchObject({ status: 404, body: { code: 'incident.unknown' } });
  }
  expect(await state()).toEqual(before);
});

it('holds and packs of evidence are listed and handed out as far as their incidents are seen', async () => {
  const held = await api.send<{ id: string; version: number }>(
    'press',
    'POST',
    `/incidents/${press}/hold`,
    {
      reason: 'a dispute',
      reviewOn: new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10),
    },
  );
  expect(held.status).toBe(201);
  const made = await api.send<{ id: string }>('press', 'POST', `/incidents/${press}/packs`, {
    originals: false,
  });
  expect(made.status).toBe(202);
  const list = async (user: string) =>
    get<Page<{ id: string }> & { counts: { holding: number } }>(user, '/evidence-holds');
  expect(await list('press')).toMatchObject({
    items: [{ id: held.body.id }],
    counts: { holding: 1 },
  });
  expect(await list('store')).toMatchObject({ items: [], counts: { holding: 0, due: 0 } });
  const before = await state();
  for (const [method, path, body] of [
    ['PATCH', `/evidence-holds/${held.body.id}`, { version: 1, reviewOn: '2027-06-01' }],
    ['POST', `/evidence-holds/${held.body.id}/lift`, { version: 1, reason: 'over' }],
    ['GET', `/evidence-packs/${made.body.id}/archive`],
    ['GET', `/evidence-packs/${made.body.id}/label`],
  ] as [string, string, object?][]) {
    expect([path, (await api.send('store', method, path, body)).status]).toEqual([path, 404]);
  }
  expect({ ...((await state()) as object), lines: 0 }).toEqual({ ...(before as object), lines: 0 });
});

describe('[SEC-14] live topics', () => {
  it('tell of what the lists show, in this process and another', async () => {
    const topics = ['violations', 'incidents'];
    const users = ['press', 'assembly', 'store', 'worker', 'placeless', 'operator'];
    const at: Record<string, LiveListener> = {};
    for (const [n, on] of [api, other].entries()) {
      for (const user of users) at[`${user} ${n}`] = await listenLive(on, user, topics);
    }
    const mine = (await world.see(world.west, world.hour(), 'live')).id;
    const last = (await world.see(world.upper, world.hour(), 'live')).id;
    const told = (who: string, id: string) =>
      ['violation', 'incident'].every((type) =>
        at[who]!.heard.some((one) => one.type === type && JSON.stringify(one).includes(id)),
      );
    await until(
      () => ['press 0', 'press 1'].every((who) => told(who, mine)),
      'the press shop hears of it',
    );
    await until(
      () => ['operator 0', 'operator 1'].every((who) => told(who, last)),
      'the operator hears of the last',
    );
    // Each browser is told in turn: those that hear of something later heard nothing of the others before.
    const theirs = (await world.see(world.east, world.hour(), 'live')).id;
    await until(
      () => ['assembly 0', 'assembly 1'].every((who) => told(who, theirs)),
      'the assembly shop hears of its own',
    );
    for (const n of [0, 1]) {
      expect(at[`press ${n}`]!.knows(theirs) || at[`press ${n}`]!.knows(last)).toBe(false);
      expect(at[`assembly ${n}`]!.knows(mine) || at[`assembly ${n}`]!.knows(last)).toBe(false);
      for (const user of ['store', 'worker', 'placeless']) {
        const { heard } = at[`${user} ${n}`]!;
        expect(heard.filter(({ type }) => type === 'violation' || type === 'incident')).toEqual([]);
      }
    }
    for (const one of Object.values(at)) one.close();
  });
});

describe('[SEC-13] what was confirmed of a person', () => {
  const identity = {
    state: 'confirmed',
    handle: 'handle-of-today',
    candidates: [{ handle: 'handle-of-another', posterior: 0.1, explanation: 'stood beside' }],
  };
  let seen: string;
  let beside: string;

  beforeAll(async () => {
    const start = world.hour();
    seen = (await world.see(world.east, start, 'n')).id;
    beside = (await world.see(world.east, start + 5_000, 'n', { rule: 'running' })).id;
    const worker = await personOf('E006');
    await sql.query(
      `UPDATE violation SET person_id = $1, identity = $2 WHERE id = ANY ($3::text[])`,
      [worker, JSON.stringify(identity), [seen, beside]],
    );
  });
  const identityOf = async (user: string) =>
    (await get<Violation>(user, `/violations/${seen}`)).identity;
  const decide = async (id: string, decision: string) => {
    const { version } = await get<Violation>('operator', `/violations/${id}`);
    const answer = await api.send('operator', 'POST', `/violations/${id}/verdict`, {
      decision,
      version,
    });
    expect(answer.status).toBe(200);
  };

  it('is seen by no one of theirs before a reviewer confirmed it, and named to reviewers alone', async () => {
    for (const user of ['worker', 'press', 'store']) {
      expect([user, (await api.send(user, 'GET', `/violations/${seen}`)).status]).toEqual([
        user,
        404,
      ]);
      expect((await violationsOf(user)).includes(seen)).toBe(false);
    }
    expect(await identityOf('operator')).toEqual(identity);
    // The place sees the act without the name; one who sees all and reviews nothing sees no name yet.
    for (const user of ['assembly', 'manager']) {
      expect([user, await identityOf(user)]).toEqual([user, null]);
    }
  });

  it('is then seen by them and by their department, with the name and without candidates', async () => {
    const listener = await listenLive(api, 'worker', ['violations', 'incidents']);
    const named = await listenLive(api, 'press', ['violations', 'incidents']);
    await decide(seen, 'confirm');
    const withName = { ...identity, candidates: [] };
    for (const user of ['worker', 'press', 'manager']) {
      expect([user, await identityOf(user)]).toEqual([user, withName]);
    }
    expect(await identityOf('assembly')).toBeNull();
    expect(await identityOf('operator')).toEqual(identity);
    expect((await api.send('store', 'GET', `/violations/${seen}`)).status).toBe(404);

    // Of the act they see what was confirmed, and count nothing else.
    expect(await violationsOf('worker')).toEqual([seen]);
    const act = (await world.incidentOf(seen)).id;
    expect(await incidentsOf('worker')).toEqual([act]);
    const page = await get<Page<Incident>>('worker', '/incidents');
    expect(page.counts).toEqual({ pending: 0 });
    const detail = await get<IncidentDetail>('worker', `/incidents/${act}`);
    expect(detail).toMatchObject({
      status: 'confirmed',
      findings: 1,
      undecided: 0,
      main: { id: seen, identity: withName },
      operations: [],
      links: [],
    });
    expect(detail.members.map(({ violation }) => violation.id)).toEqual([seen]);
    expect(JSON.stringify(detail)).not.toContain(beside);
    expect((await api.send('worker', 'GET', `/violations/${beside}`)).status).toBe(404);
    // The picture with blurred faces, and no way to the original.
    const picture = await api.send<{ code: string }>(
      'worker',
      'GET',
      `/violations/${seen}/snapshot`,
    );
    expect(picture.body.code).toBe('evidence.being-blurred');
    expect((await api.send('worker', 'GET', `/violations/${seen}/original/snapshot`)).status).toBe(
      403,
    );

    await until(() => listener.knows(seen) && named.knows(seen), 'both hear of the verdict');
    for (const { heard } of [listener, named]) {
      expect(JSON.stringify(heard)).not.toContain('handle-of-another');
      expect(JSON.stringify(heard)).not.toContain(beside);
    }
    listener.close();
    named.close();
  });

  it('has no pack, report or hold for those who see it in part', async () => {
    const act = (await world.incidentOf(seen)).id;
    const reviewOn = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    const body = { reason: 'a dispute', reviewOn };
    const held = await api.send<{ id: string }>('assembly', 'POST', `/incidents/${act}/hold`, body);
    expect(held.status).toBe(201);
    for (const [method, what, wanted] of [
      ['GET', 'hold'],
      ['POST', 'hold', body],
      ['GET', 'packs'],
      ['POST', 'packs', { originals: false }],
      ['POST', 'report', { language: 'en', originals: false }],
    ] as [string, string, object?][]) {
      const answer = await api.send<{ code: string }>(
        'press',
        method,
        `/incidents/${act}/${what}`,
        wanted,
      );
      expect([what, answer.status, answer.body.code]).toEqual([what, 404, 'incident.unknown']);
    }
    const listed = async (user: string) =>
      ids(await get<Page<{ id: string }>>(user, '/evidence-holds'));
    expect(await listed('assembly')).toContain(held.body.id);
    expect(await listed('press')).not.toContain(held.body.id);
  });

  it('goes into a pack with the identities that its requester sees', async () => {
    const act = (await world.incidentOf(seen)).id;
    const path = `/incidents/${act}/packs`;
    const { id } = (await api.send<{ id: string }>('assembly', 'POST', path, { originals: false }))
      .body;
    await until(async () => {
      const { items } = await get<{ items: { id: string; state: string }[] }>('assembly', path);
      return items.find((one) => one.id === id)?.state === 'ready';
    }, 'the pack is made');
    expect((await api.send('press', 'GET', `/evidence-packs/${id}/label`)).status).toBe(404);
    const user = await api.signIn('assembly');
    const file = await savePack(await api.get(`/api/v1/evidence-packs/${id}/archive`, user));
    const record = (await readPack(file)).get('record.json')?.toString();
    expect(record).toContain(seen);
    expect(record).not.toContain('handle-of');
  });

  it('is gone again where the verdict is undone', async () => {
    await decide(seen, 'reopen');
    expect((await api.send('worker', 'GET', `/violations/${seen}`)).status).toBe(404);
    expect([await violationsOf('worker'), await incidentsOf('worker')]).toEqual([[], []]);
  });
});

it('[SEC-18] what is seen follows the department of the area at once', async () => {
  await sql.query(`UPDATE area SET department_id = 'warehouse' WHERE id = 'press-line'`);
  expect((await violationsOf('store')).includes(press)).toBe(true);
  expect((await violationsOf('press')).includes(press)).toBe(false);
  expect((await api.send('press', 'GET', `/incidents/${press}`)).status).toBe(404);
  await sql.query(`UPDATE area SET department_id = 'press-shop' WHERE id = 'press-line'`);
  expect((await violationsOf('press')).includes(press)).toBe(true);
});

it('a notice to review goes to those who may open it', async () => {
  const mine = (await world.see(world.west, Date.now() - 5_000, 'notice', { severity: 'high' })).id;
  const told = async (user: string) =>
    (await get<Page<{ link: string | null }>>(user, '/notices?limit=200')).items.some(
      ({ link }) => link?.includes('/incidents/') === true,
    );
  await until(async () => (await told('press')) && (await told('operator')), 'they are told');
  expect(await told('store')).toBe(false);
  expect(await told('placeless')).toBe(false);
  expect(mine).toHaveLength(26);
});

it('a notice of a camera stays with those who may open its act', async () => {
  const linksOf = async (user: string) =>
    (await get<Page<{ link: string | null }>>(user, '/notices?limit=200')).items.map(
      ({ link }) => link,
    );
  const see = async (name: string) =>
    (await world.see(world.west, Date.now() - 4_000, name, { severity: 'high' })).id;
  const first = await see('notice-a');
  const link = `/incidents/${(await world.incidentOf(first)).id}`;
  await until(async () => (await linksOf('press')).includes(link), 'the press shop is told');
  await sql.query(`UPDATE area SET department_id = 'warehouse' WHERE id = 'press-line'`);
  try {
    const next = `/incidents/${(await world.incidentOf(await see('notice-b'))).id}`;
    await until(async () => (await linksOf('store')).includes(next), 'the warehouse is told');
    expect(await linksOf('press')).toContain(link);
    expect(await linksOf('press')).not.toContain(next);
    expect(await linksOf('store')).not.toContain(link);
  } finally {
    await sql.query(`UPDATE area SET department_id = 'press-shop' WHERE id = 'press-line'`);
  }
});

it('a split that takes the act out of the reviewer’s reach answers with all of it, once', async () => {
  const start = world.hour();
  const west = (await world.see(world.west, start, 's', { at: [5, 5] })).id;
  const east = (await world.see(world.east, start + 300, 't', { at: [5.1, 5] })).id;
  const act = await world.incidentOf(west);
  const answer = await api.send<IncidentDetail>('press', 'POST', `/incidents/${act.id}/split`, {
    findings: [west],
    version: act.version,
  });
  expect([answer.status, answer.body.id]).toEqual([200, act.id]);
  expect(answer.body.members.map(({ violation }) => violation.id)).toEqual([east]);
  expect((await api.send('press', 'GET', `/incidents/${act.id}`)).status).toBe(404);
  const own = await get<Page<Incident>>('press', `/incidents?finding=${west}`);
  expect(own.items).toHaveLength(1);
  expect(own.items[0]?.id).not.toBe(act.id);
});

it('a violation that no account may review is told to those who manage roles, and later to reviewers', async () => {
  type Row = { kind: string; link: string | null; count: number; title: { en: string } };
  const noticesOf = async (user: string, kind: string) =>
    (await get<Page<Row>>(user, '/notices?limit=200')).items.filter((one) => one.kind === kind);
  const toldOf = async (finding: string) => {
    const { id } = await world.incidentOf(finding);
    return (await sql.query('SELECT told FROM incident WHERE id = $1', [id])).rows[0].told;
  };
  const see = async (name: string) =>
    (await world.see(world.upper, Date.now() - 4_000, name, { severity: 'high' })).id;
  const change = (from: string, to: string) =>
    sql.query('UPDATE role SET permissions = array_replace(permissions, $1, $2)', [from, to]);
  await change('violation:review@all', 'violation:review@own');
  let first: string;
  let second: string;
  try {
    first = await see('nobody-a');
    await until(async () => (await toldOf(first)) === 'nobody', 'it is noted');
    second = await see('nobody-b');
    await until(async () => (await toldOf(second)) === 'nobody', 'the second is noted');
    const asked = await noticesOf('admin', 'violation.unreviewable');
    expect(asked).toMatchObject([{ link: '/admin/roles', count: 1 }]);
    expect(asked[0]?.title.en).toContain('Upstairs');
  } finally {
    await change('violation:review@own', 'violation:review@all');
  }
  const third = await see('nobody-c');
  await until(async () => (await toldOf(third)) === 'warning', 'the third is told');
  expect([await toldOf(first), await toldOf(second)]).toEqual(['warning', 'warning']);
  const [told] = (await noticesOf('operator', 'violation.recorded')).filter(({ title }) =>
    title.en.includes('Upstairs'),
  );
  expect(told?.count).toBeGreaterThanOrEqual(3);
  expect(await noticesOf('admin', 'violation.unreviewable')).toHaveLength(1);
});
