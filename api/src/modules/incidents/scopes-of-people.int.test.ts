import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenLive } from '../../testing/listen-live.ts';
import { readPack, savePack } from '../../testing/packs.ts';
import { openScopedSite, type ScopedPage, type ScopedSite } from '../../testing/scoped-site.ts';
import { until } from '../../testing/site.ts';
import type { Violation } from '../violations/schema.ts';
import type { Incident, IncidentDetail } from './schema.ts';

let site: ScopedSite;
let world: ScopedSite['world'];
let api: ScopedSite['api'];
let sql: ScopedSite['sql'];
let get: ScopedSite['get'];
let ids: ScopedSite['ids'];
let violationsOf: ScopedSite['violationsOf'];
let incidentsOf: ScopedSite['incidentsOf'];
let personOf: ScopedSite['personOf'];
beforeAll(async () => {
  site = await openScopedSite();
  ({ world, api, sql, get, ids, violationsOf, incidentsOf, personOf } = site);
});
afterAll(() => site?.stop());

describe('[SEC-13] what was confirmed of a person', () => {
  const identity = {
    state: 'confirmed',
    handle: 'handle-of-today0',
    since: null,
    reasons: [],
    candidates: [
      {
        handle: 'handle-of-anothr',
        posterior: 0.1,
        explanation: { zh: '站在旁边', en: 'stood beside' },
      },
    ],
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
    const person = { id: await personOf('E006'), basis: 'badge', consentEndedAt: null };
    expect(await identityOf('operator')).toMatchObject({ ...identity, person });
    // The place sees the act without the name; one who sees all and reviews nothing sees no name yet.
    for (const user of ['assembly', 'manager']) {
      expect([user, await identityOf(user)]).toEqual([user, null]);
    }
  });

  it('is then seen by them and by their department, with the name and without candidates', async () => {
    const listener = await listenLive(api, 'worker', ['violations', 'incidents']);
    const named = await listenLive(api, 'press', ['violations', 'incidents']);
    await decide(seen, 'confirm');
    const person = await personOf('E006');
    const theirs = {
      id: person,
      name: '孙小梅',
      basis: 'badge',
      reason: null,
      consentEndedAt: null,
    };
    const withName = { ...identity, candidates: [], person: theirs };
    for (const user of ['worker', 'press', 'manager']) {
      expect([user, await identityOf(user)]).toEqual([user, withName]);
    }
    expect(await identityOf('assembly')).toBeNull();
    expect(await identityOf('operator')).toMatchObject(identity);
    expect((await api.send('store', 'GET', `/violations/${seen}`)).status).toBe(404);

    // Of the act they see what was confirmed, and count nothing else.
    expect(await violationsOf('worker')).toEqual([seen]);
    const act = (await world.incidentOf(seen)).id;
    expect(await incidentsOf('worker')).toEqual([act]);
    const page = await get<ScopedPage<Incident>>('worker', '/incidents');
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
      expect(JSON.stringify(heard)).not.toContain('handle-of-anothr');
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
      ids(await get<ScopedPage<{ id: string }>>(user, '/evidence-holds'));
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
