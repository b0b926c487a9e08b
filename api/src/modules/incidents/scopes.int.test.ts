import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveListener, listenLive } from '../../testing/listen-live.ts';
import { openScopedSite, type ScopedPage, type ScopedSite } from '../../testing/scoped-site.ts';
import { until } from '../../testing/site.ts';
import type { Incident, IncidentDetail } from './schema.ts';

let site: ScopedSite;
let world: ScopedSite['world'];
let api: ScopedSite['api'];
let other: ScopedSite['other'];
let sql: ScopedSite['sql'];
let get: ScopedSite['get'];
let ids: ScopedSite['ids'];
let violationsOf: ScopedSite['violationsOf'];
let incidentsOf: ScopedSite['incidentsOf'];
/** Of the press shop, of the assembly shop, and of one person over both. */
let press: string;
let assembly: string;
let both: { west: string; east: string };

beforeAll(async () => {
  site = await openScopedSite();
  ({ world, api, other, sql, get, ids, violationsOf, incidentsOf } = site);
  const { west, east, see } = world;
  press = (await see(west, world.hour(), 'a')).id;
  assembly = (await see(east, world.hour(), 'a')).id;
  const start = world.hour();
  const seen = await see(west, start, 'p', { at: [5, 5] });
  const same = await see(east, start + 300, 'q', { at: [5.1, 5] });
  both = { west: seen.id, east: same.id };
  await see(world.upper, world.hour(), 'a');
});
afterAll(() => site?.stop());

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
        const first = await get<ScopedPage<Incident>>(user, `/${path}?limit=1`);
        expect([user, path, first.counts?.pending]).toEqual([user, path, rows.length]);
        expect(first.next === null).toBe(rows.length < 2);
        // The cursor of one who sees all reveals nothing more.
        const theirs = await get<ScopedPage<Incident>>('operator', `/${path}?limit=1`);
        const beyond = await get<ScopedPage<Incident>>(user, `/${path}?cursor=${theirs.next}`);
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

/** All that an attack could change. What people were told of an incident is written by the notices, some time later. */
async function state(): Promise<unknown> {
  const { rows } = await sql.query(`
    SELECT (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.id) FROM violation v) AS violations,
      (SELECT jsonb_agg(to_jsonb(i) - 'told' ORDER BY i.id) FROM incident i) AS incidents,
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
    get<ScopedPage<{ id: string }> & { counts: { holding: number } }>(user, '/evidence-holds');
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

it('[SEC-18] what is seen follows the department of the area at once', async () => {
  await sql.query(`UPDATE area SET department_id = 'warehouse' WHERE id = 'press-line'`);
  expect((await violationsOf('store')).includes(press)).toBe(true);
  expect((await violationsOf('press')).includes(press)).toBe(false);
  expect((await api.send('press', 'GET', `/incidents/${press}`)).status).toBe(404);
  await sql.query(`UPDATE area SET department_id = 'press-shop' WHERE id = 'press-line'`);
  expect((await violationsOf('press')).includes(press)).toBe(true);
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
  const own = await get<ScopedPage<Incident>>('press', `/incidents?finding=${west}`);
  expect(own.items).toHaveLength(1);
  expect(own.items[0]?.id).not.toBe(act.id);
});
