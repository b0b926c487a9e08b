import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { type LiveListener, listenLive } from '../../testing/listen-live.ts';
import { confirmedAs, handleOn } from '../../testing/named-people.ts';
import { openScopedSite, type ScopedSite } from '../../testing/scoped-site.ts';
import { until } from '../../testing/site.ts';
import type { Claim } from './claims-schema.ts';
import { facts } from './facts.ts';
import type { Incident, ManyDecided } from './schema.ts';

let site: ScopedSite;
let database: Database;
let userOf: Map<string, string>;
beforeAll(async () => {
  site = await openScopedSite();
  database = openDatabase(site.api.settings.databaseUrl);
  const { rows } = await site.sql.query(
    `SELECT username, id FROM app_user WHERE tenant_id = 'demo'`,
  );
  userOf = new Map(rows.map(({ username, id }) => [username, id]));
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

type Answer = Claim & { code?: string; claim?: Claim };

async function found(worker: 'west' | 'east' = 'west') {
  const { world } = site;
  const { id } = await world.see(world[worker], world.hour(), 'a');
  return world.incidentOf(id);
}
const claim = (user: string, id: string, body: object = {}) =>
  site.api.send<Answer>(user, 'PUT', `/incidents/${id}/claim`, body);
const release = (user: string, id: string) =>
  site.api.send<Answer>(user, 'DELETE', `/incidents/${id}/claim`);
const claimed = async (user: string) =>
  (await site.get<{ items: Claim[] }>(user, '/incident-claims')).items;
const decide = (user: string, act: Incident, more: object = {}) =>
  site.api.send<Answer>(user, 'POST', `/incidents/${act.id}/verdict`, {
    decision: 'confirm',
    version: act.version,
    ...more,
  });
const endNow = (id: string) =>
  site.sql.query(
    `UPDATE incident_claim SET until = now() - interval '1 s' WHERE incident_id = $1`,
    [id],
  );
const minutesLeft = ({ until: end }: Claim) => (Date.parse(end) - Date.now()) / 60_000;

describe('a claim of an incident', () => {
  it('is of one reviewer for ten minutes, and others see who has it', async () => {
    const act = await found();
    const { status, body } = await claim('operator', act.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      incident: act.id,
      kind: 'claim',
      by: { displayName: { en: 'Li Zhiban' } },
      from: null,
    });
    expect(minutesLeft(body)).toBeGreaterThan(9);
    expect(minutesLeft(body)).toBeLessThan(10.1);
    for (const user of ['safety', 'press']) {
      expect(await claimed(user)).toContainEqual(body);
    }
    const second = await claim('safety', act.id);
    expect(second).toMatchObject({
      status: 409,
      body: { code: 'incident.claimed', claim: { by: { id: userOf.get('operator') } } },
    });
    // A look at it does not change it for others.
    expect((await site.get<Incident>('safety', `/incidents/${act.id}`)).version).toBe(act.version);
  });

  it('of two reviewers at once is of one of them', async () => {
    const act = await found();
    const answers = await Promise.all([claim('operator', act.id), claim('safety', act.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is renewed while it is looked at, without a line, and ends by itself', async () => {
    const act = await found();
    const first = (await claim('operator', act.id)).body;
    await site.sql.query(
      `UPDATE incident_claim SET until = now() + interval '1 minute' WHERE incident_id = $1`,
      [act.id],
    );
    const renewed = (await claim('operator', act.id)).body;
    expect(minutesLeft(renewed)).toBeGreaterThan(9);
    expect(renewed.since).toBe(first.since);
    const { rows } = await site.sql.query(
      `SELECT action FROM audit_log WHERE entity = 'incident' AND entity_id = $1`,
      [act.id],
    );
    expect(rows).toEqual([{ action: 'claim' }]);
    await endNow(act.id);
    expect((await claimed('safety')).map(({ incident }) => incident)).not.toContain(act.id);
    expect((await decide('safety', act)).status).toBe(200);
    const other = await found();
    await claim('operator', other.id);
    await endNow(other.id);
    expect((await claim('safety', other.id)).body.by.id).toBe(userOf.get('safety'));
  });

  it('asks another reviewer first, who may decide all the same, and ends with the verdict', async () => {
    const act = await found();
    await claim('operator', act.id);
    expect(await decide('safety', act)).toMatchObject({
      status: 409,
      body: { code: 'incident.claimed', claim: { incident: act.id } },
    });
    expect(await site.get('safety', `/incidents/${act.id}`)).toMatchObject({ status: 'pending' });
    expect((await decide('safety', act, { despiteClaim: true })).status).toBe(200);
    const { rows } = await site.sql.query(
      'SELECT count(*)::int AS count FROM incident_claim WHERE incident_id = $1',
      [act.id],
    );
    expect(rows[0].count).toBe(0);
    const own = await found();
    await claim('operator', own.id);
    expect((await decide('operator', own)).status).toBe(200);
    const reopened = await decide(
      'safety',
      { ...own, version: own.version + 1 },
      {
        decision: 'reopen',
      },
    );
    expect(reopened.status).toBe(200);
  });

  it('keeps an incident out of a decision on many, unless that says so of this one', async () => {
    const [mine, theirs, later] = [await found(), await found(), await found()];
    await claim('operator', theirs.id);
    await claim('operator', later.id);
    const row = ({ id, version }: Incident) => ({ id, version });
    const many = (more: object) =>
      site.api.send<ManyDecided>('safety', 'POST', '/incidents/verdicts', {
        decision: 'confirm',
        incidents: [row(mine), { ...row(theirs), despiteClaim: true }, row(later)],
        ...more,
      });
    expect((await many({ despiteClaim: true })).status).toBe(400);
    expect((await many({})).body.items).toMatchObject([
      { outcome: 'done' },
      { outcome: 'done' },
      { outcome: 'refused', code: 'incident.claimed' },
    ]);
  });

  it('is given back by its holder, and taken over by one who says so', async () => {
    const act = await found();
    await claim('operator', act.id);
    expect((await release('safety', act.id)).status).toBe(409);
    expect((await release('operator', act.id)).status).toBe(204);
    expect((await release('operator', act.id)).status).toBe(204);
    await claim('operator', act.id);
    const over = await claim('safety', act.id, { despiteClaim: true });
    expect(over.body.by.id).toBe(userOf.get('safety'));
    expect((await claim('operator', act.id)).status).toBe(409);
  });

  it('is of what waits, and not of one whom it concerns, whom no list leaves out for that', async () => {
    const { world } = site;
    const act = await found();
    await decide('operator', act);
    expect((await claim('operator', act.id)).body.code).toBe('incident.not-waiting');
    const start = world.hour();
    const { handle } = await handleOn(database, 'E005', start);
    const { id } = await world.see(world.west, start, 'a', { identity: confirmedAs(handle) });
    const own = await world.incidentOf(id);
    expect((await claim('press', own.id)).body.code).toBe('violation.own-case');
    const { items } = await site.get<{ items: { id: string }[] }>(
      'operator',
      `/incidents/${own.id}/reviewers`,
    );
    expect(items.map((one) => one.id)).toContain(userOf.get('press'));
    const assigned = await claim('operator', own.id, { assignee: userOf.get('press') });
    expect([assigned.status, assigned.body.by.id]).toEqual([200, userOf.get('press')]);
    expect((await decide('press', own)).body.code).toBe('violation.own-case');
  });
});

describe('an assignment', () => {
  it('is for a shift, tells the colleague, and stays so when that one looks at it', async () => {
    const act = await found();
    const { body } = await claim('safety', act.id, { assignee: userOf.get('press') });
    expect(body).toMatchObject({
      kind: 'assignment',
      by: { id: userOf.get('press') },
      from: { id: userOf.get('safety') },
    });
    expect(minutesLeft(body)).toBeGreaterThan(479);
    const { items } = await site.get<{ items: { kind: string; link: string }[] }>(
      'press',
      '/notices',
    );
    expect(items.find(({ kind }) => kind === 'incident.assigned')).toMatchObject({
      link: `/incidents/${act.id}`,
    });
    expect((await claim('press', act.id)).body).toEqual(body);
    expect((await claim('operator', act.id)).status).toBe(409);
    // The one who gave it may take it back.
    expect((await release('safety', act.id)).status).toBe(204);
  });

  it('goes to a reviewer of the place, and the list has those', async () => {
    const act = await found('east');
    const { items } = await site.get<{ items: { id: string }[] }>(
      'safety',
      `/incidents/${act.id}/reviewers`,
    );
    const ids = items.map(({ id }) => id);
    expect(ids).toContain(userOf.get('operator'));
    for (const user of ['press', 'store', 'assembly', 'worker', 'manager']) {
      expect([user, ids.includes(userOf.get(user) ?? '')]).toEqual([user, false]);
      const refused = await claim('safety', act.id, { assignee: userOf.get(user) });
      expect([user, refused.status, refused.body.code]).toEqual([
        user,
        422,
        'incident.not-reviewer',
      ]);
    }
    expect((await claim('safety', act.id, { assignee: ulid() })).status).toBe(422);
  });
});

describe('[SEC-11] [SEC-14] a claim', () => {
  it('is neither seen nor made out of reach, nor by one who only reads', async () => {
    const act = await found('east');
    await claim('operator', act.id);
    expect(await claimed('press')).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ incident: act.id })]),
    );
    for (const ask of [claim, release]) {
      expect(await ask('press', act.id)).toMatchObject({
        status: 404,
        body: { code: 'incident.unknown' },
      });
      expect((await ask('assembly', act.id)).status).toBe(403);
    }
    const reviewers = await site.api.send('press', 'GET', `/incidents/${act.id}/reviewers`);
    expect(reviewers.status).toBe(404);
    expect((await claim('operator', ulid())).status).toBe(404);
  });

  it('filters the list: mine, and what no other reviewer has', async () => {
    const [mine, theirs, free] = [await found(), await found(), await found()];
    await claim('operator', mine.id);
    await claim('safety', theirs.id);
    const ids = [mine.id, theirs.id, free.id];
    const listed = async (which: string) =>
      (await site.incidentsOf('operator', `status=pending&limit=200&claim=${which}`)).filter((id) =>
        ids.includes(id),
      );
    expect(await listed('mine')).toEqual([mine.id]);
    expect(await listed('free')).toEqual([mine.id, free.id].sort());
    await endNow(theirs.id);
    expect(await listed('free')).toEqual([...ids].sort());
    await endNow(mine.id);
    expect(await listed('mine')).toEqual([]);
  });

  it('is told to the browsers of both processes, without a word about it', async () => {
    const act = await found();
    const at: LiveListener[] = [];
    for (const on of [site.api, site.other]) at.push(await listenLive(on, 'press', ['incidents']));
    await claim('operator', act.id);
    for (const listener of at) {
      await until(
        () => listener.heard.some(({ type }) => type === 'incident-claims'),
        'the browsers hear that claims changed',
      );
      const said = listener.heard.find(({ type }) => type === 'incident-claims');
      expect(said).toEqual({ type: 'incident-claims' });
      listener.close();
    }
  });

  it('of one whose data are erased is free again', async () => {
    const [held, given] = [await found(), await found()];
    await claim('press', held.id);
    await claim('press', given.id, { assignee: userOf.get('operator') });
    const person = await site.personOf('E005');
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const unit = { tx, emit: async () => {} } as unknown as Parameters<
        NonNullable<typeof facts.erase>
      >[0];
      await facts.erase?.(unit, { id: person } as Parameters<NonNullable<typeof facts.erase>>[1]);
    });
    const left = (await claimed('operator')).map(({ incident }) => incident);
    expect(left).not.toContain(held.id);
    expect(left).not.toContain(given.id);
  });
});
