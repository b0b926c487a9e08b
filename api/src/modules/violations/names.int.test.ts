import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { type LiveListener, listenLive } from '../../testing/listen-live.ts';
import { confirmedAs, handleOn, identifiedAs, oneOf } from '../../testing/named-people.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { IncidentDetail } from '../incidents/schema.ts';
import type { Violation } from './schema.ts';

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;

beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
  const review = ['violation:read@all', 'violation:review@all'] as const;
  await makeUser(database, 'own-judge', [...review], { employeeNo: 'E002' });
  await makeUser(database, 'clerk', ['person:read@all', 'person:manage@all']);
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

const read = async (id: string, user = 'operator') =>
  (await world.api.send<Violation>(user, 'GET', `/violations/${id}`)).body;
const incidentOf = async (finding: string) => {
  const { body } = await world.api.send<{ items: { id: string }[] }>(
    'operator',
    'GET',
    `/incidents?finding=${finding}`,
  );
  const { id } = body.items[0]!;
  return (await world.api.send<IncidentDetail>('operator', 'GET', `/incidents/${id}`)).body;
};
const decide = (id: string, body: object, user = 'operator') =>
  world.api.send<{ code?: string }>(user, 'POST', `/incidents/${id}/verdict`, body);

describe('who a violation was of', () => {
  it('is the wearer of the badge then: named to reviewers, and to others once confirmed', async () => {
    const start = world.hour();
    const { person, handle } = await handleOn(database, 'E006', start);
    const other = await handleOn(database, 'E008', start);
    const { id } = await world.see(world.west, start, 'a', {
      identity: confirmedAs(handle, other.handle),
    });
    const { identity, version } = await read(id);
    expect(identity?.person).toMatchObject({ id: person, name: '孙小梅', basis: 'badge' });
    expect(identity?.candidates.map((one) => one.person?.name)).toEqual(['孙小梅', '郑采购']);
    expect((await read(id, 'manager')).identity).toBeNull();
    const act = await incidentOf(id);
    expect(act.main.identity?.person?.name).toBe('孙小梅');
    expect((await decide(act.id, { decision: 'confirm', version: act.version })).status).toBe(200);
    const seen = (await read(id, 'manager')).identity;
    expect(seen).toMatchObject({ person: { name: '孙小梅' }, candidates: [] });
    expect(version).toBe(1);
  });

  it('is said of the act where another finding than the main one names the person', async () => {
    const start = world.hour();
    const { person, handle } = await handleOn(database, 'E006', start);
    const first = await world.see(world.west, start, 'a', { identity: oneOf(handle) });
    const later = await world.see(world.west, start + 5_000, 'a', {
      rule: 'running',
      severity: 'low',
      identity: confirmedAs(handle),
    });
    const act = await incidentOf(first.id);
    expect(act.main.id).toBe(first.id);
    expect(act.members.map(({ violation }) => violation.id)).toContain(later.id);
    expect(act.person).toEqual({ id: person, name: '孙小梅' });
    const { body } = await world.api.send<IncidentDetail>('manager', 'GET', `/incidents/${act.id}`);
    expect(body.person).toBeNull();
    const verdict = { decision: 'confirm', version: act.version };
    expect((await decide(act.id, verdict)).status).toBe(200);
    const listed = await world.api.send<{ items: IncidentDetail[] }>(
      'manager',
      'GET',
      `/incidents?finding=${first.id}`,
    );
    expect(listed.body.items[0]!.person?.name).toBe('孙小梅');
  });

  it('is dropped and told where the worker names a handle that it cannot know; the violation is kept', async () => {
    const start = world.hour();
    const otherDay = await handleOn(database, 'E006', start - 2 * 86_400_000);
    for (const handle of ['AAAAAAAAAAAAAAAA', otherDay.handle]) {
      const event = await world.west.confirm({
        startedAt: new Date(start).toISOString(),
        confirmedAt: new Date(start + 2_000).toISOString(),
        identity: confirmedAs(handle),
      });
      expect(await read(event.id)).toMatchObject({ identity: null });
    }
    const refusals = async () => (await world.api.get('/metrics')).text();
    await until(
      async () => (await refusals()).includes('anshi_identities_total{result="dropped"} 2'),
      'both are counted',
    );
    await until(async () => {
      const { body } = await world.api.send<{ refused: { what: string; count: number }[] }>(
        'admin',
        'GET',
        '/bus',
      );
      return body.refused.some(({ what, count }) => what === 'handle' && count === 2);
    }, 'both are shown to who looks after the bus');
  });

  it('is nobody where one badge is confirmed in two places at once', async () => {
    const start = world.hour();
    const { handle } = await handleOn(database, 'E006', start);
    const one = await world.see(world.west, start, 'a', {
      at: [3, 3],
      floor: [3, 3],
      identity: confirmedAs(handle),
    });
    expect((await read(one.id)).identity?.state).toBe('confirmed');
    const two = await world.see(world.east, start, 'b', {
      at: [30, 15],
      floor: [30, 15],
      identity: confirmedAs(handle),
    });
    for (const { id } of [one, two]) {
      const { identity } = await read(id);
      expect(identity).toMatchObject({ state: 'ambiguous', handle: null, person: null });
      expect(identity?.candidates[0]).toMatchObject({ posterior: 0.5, person: { name: '孙小梅' } });
    }
  });

  it('stays nobody when one of the two places is said once more, until the other is of someone else', async () => {
    const start = world.hour();
    const { person, handle } = await handleOn(database, 'E006', start);
    const other = await handleOn(database, 'E008', start);
    const place = (at: [number, number]) => ({ at, floor: at, identity: confirmedAs(handle) });
    const one = await world.see(world.west, start, 'a', place([3, 3]));
    const two = await world.see(world.east, start, 'b', place([30, 15]));
    await world.west.deliver(identifiedAs(one, 1, confirmedAs(handle)));
    for (const { id } of [one, two]) {
      expect((await read(id)).identity).toMatchObject({ state: 'ambiguous', person: null });
    }
    await world.east.deliver(identifiedAs(two, 1, confirmedAs(other.handle)));
    await world.west.deliver(identifiedAs(one, 2, confirmedAs(handle)));
    expect((await read(one.id)).identity?.person?.id).toBe(person);
  });

  it('is not certain where the name holds only from after the violation began', async () => {
    const start = world.hour();
    const { handle } = await handleOn(database, 'E006', start);
    for (const since of [null, new Date(start + 1_000).toISOString()]) {
      const { id } = await world.see(world.west, start, 'a', {
        identity: { ...confirmedAs(handle), since },
      });
      expect((await read(id)).identity).toMatchObject({ state: 'ambiguous', person: null });
    }
  });

  it('is not renamed by what a reviewer chose for another finding of the act', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E006', start);
    const b = await handleOn(database, 'E008', start);
    const one = await world.see(world.west, start, 'a', { identity: oneOf(a.handle, b.handle) });
    const two = await world.see(world.west, start + 3_000, 'a', {
      rule: 'running',
      identity: confirmedAs(b.handle, a.handle),
    });
    const act = await incidentOf(one.id);
    expect(act.members).toHaveLength(2);
    const choose = (handle: string) =>
      decide(act.id, {
        decision: 'confirm',
        version: act.version,
        candidate: { finding: one.id, handle, reason: 'Looked at it' },
      });
    expect(await choose(a.handle)).toMatchObject({
      status: 409,
      body: { code: 'violation.two-names' },
    });
    expect((await read(one.id)).status).toBe('pending');
    expect((await choose(b.handle)).status).toBe(200);
    for (const { id } of [one, two]) {
      expect((await read(id)).identity?.person?.id).toBe(b.person);
    }
  });

  it('divides an act whose findings are of two people, and says why', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E006', start);
    const b = await handleOn(database, 'E008', start);
    const one = await world.see(world.west, start, 'a');
    const two = await world.see(world.west, start + 3_000, 'a', { rule: 'running' });
    const together = await incidentOf(one.id);
    expect(together.members).toHaveLength(2);
    await world.west.deliver(identifiedAs(one, 1, confirmedAs(a.handle)));
    const stale = { decision: 'confirm', version: together.version };
    expect((await decide(together.id, stale)).status).toBe(409);
    await world.west.deliver(identifiedAs(two, 1, confirmedAs(b.handle)));
    const [left, right] = [await incidentOf(one.id), await incidentOf(two.id)];
    expect(left.id).not.toBe(right.id);
    expect(right.members[0]?.why).toMatchObject({ by: 'name', with: one.id });
    expect([left.findings, right.findings]).toEqual([1, 1]);
  });

  it('is a candidate only where the reviewer chooses one, with a reason', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E006', start);
    const b = await handleOn(database, 'E008', start);
    const one = await world.see(world.west, start, 'a', { identity: oneOf(a.handle, b.handle) });
    const act = await incidentOf(one.id);
    const version = act.version;
    const choose = (candidate: object) =>
      decide(act.id, { decision: 'confirm', version, candidate });
    expect((await choose({ finding: one.id, handle: b.handle })).status).toBe(400);
    const stranger = { finding: one.id, handle: 'AAAAAAAAAAAAAAAA', reason: 'I know them' };
    expect(await choose(stranger)).toMatchObject({
      status: 409,
      body: { code: 'violation.candidate-gone' },
    });
    const chosen = { finding: one.id, handle: b.handle, reason: 'Told me so' };
    expect((await choose(chosen)).status).toBe(200);
    const person = { id: b.person, basis: 'reviewer', reason: 'Told me so' };
    expect((await read(one.id)).identity).toMatchObject({ state: 'ambiguous', person });
    // Why is for reviewers.
    expect((await read(one.id, 'manager')).identity?.person).toMatchObject({
      id: b.person,
      reason: null,
    });
    const after = await incidentOf(one.id);
    expect((await decide(act.id, { decision: 'reopen', version: after.version })).status).toBe(200);
    expect((await read(one.id)).identity?.person).toBeNull();
  });

  it('is never decided by one of whom it may be', async () => {
    const start = world.hour();
    const own = await handleOn(database, 'E002', start);
    const other = await handleOn(database, 'E008', start);
    const one = await world.see(world.west, start, 'a', {
      identity: oneOf(other.handle, own.handle),
    });
    const act = await incidentOf(one.id);
    const verdict = { decision: 'dismiss', reason: 'allowed-work', version: act.version };
    expect(await decide(act.id, verdict, 'own-judge')).toMatchObject({
      status: 403,
      body: { code: 'violation.own-case' },
    });
    expect((await decide(act.id, verdict)).status).toBe(200);
  });

  it('[SEC-13] goes with a consent, from open pages within 1 s, until a reviewer confirmed it', async () => {
    const start = world.hour();
    const a = await handleOn(database, 'E011', start);
    const b = await handleOn(database, 'E008', start);
    const open = await world.see(world.west, start, 'a', {
      identity: confirmedAs(a.handle, b.handle),
    });
    const beside = await world.see(world.west, start + 60_000, 'b', {
      identity: oneOf(b.handle, a.handle),
    });
    const kept = await world.see(world.west, start + 120_000, 'c', {
      identity: confirmedAs(a.handle),
    });
    const decided = await incidentOf(kept.id);
    await decide(decided.id, { decision: 'confirm', version: decided.version });
    const [act, other] = [await incidentOf(open.id), await incidentOf(beside.id)];
    const withdrawal = { purpose: 'video-identity', note: 'at the desk' };
    const path = `/persons/${a.person}/consents/withdraw`;
    const topics = ['violations', 'incidents'];
    const reviewer = await listenLive(world.api, 'operator', topics);
    const reader = await listenLive(world.api, 'manager', topics);
    const before = await read(beside.id);
    const record = await read(kept.id);
    const changes = [
      ['violation', await read(open.id)],
      ['violation', before],
      ['incident', act],
      ['incident', other],
    ] as const;
    const marked = ['violation', record] as const;
    expect((await world.api.send('clerk', 'POST', path, withdrawal)).status).toBe(200);
    const committed = Date.now();
    // An incident has the id of its main finding, so the kind of message tells them apart.
    // Messages of before the withdrawal may still come: the version tells what is new.
    const told = (
      { heard }: LiveListener,
      type: 'violation' | 'incident',
      of: { id: string; version: number },
    ) =>
      heard
        .map((one) => one[type] as (Violation & IncidentDetail) | undefined)
        .filter((one) => one?.id === of.id && one.version > of.version);
    const pages = [reviewer, reader];
    await until(
      () =>
        pages.every((page) =>
          [...changes, marked].every(([type, of]) => told(page, type, of).length > 0),
        ),
      'open lists and pages hear of it',
    );
    expect(Date.now() - committed).toBeLessThan(1000);
    for (const page of pages) {
      const news = JSON.stringify(changes.map(([type, of]) => told(page, type, of)));
      expect(news).not.toContain(a.person);
      expect(news).not.toContain(a.handle);
    }
    // What was confirmed keeps the name, and is marked on open pages.
    for (const page of pages) {
      const person = { id: a.person, consentEndedAt: expect.any(String) };
      expect(told(page, ...marked)[0]?.identity?.person).toMatchObject(person);
    }
    // Reviewers keep the remaining candidate; other readers get no candidates.
    expect(told(reviewer, 'violation', before)[0]?.identity?.candidates).toMatchObject([
      { handle: b.handle, person: { id: b.person } },
    ]);
    expect(told(reviewer, 'incident', act)).toMatchObject([
      { person: null, version: act.version + 1 },
    ]);
    expect(told(reader, 'violation', before)[0]?.identity).toBeNull();
    expect(JSON.stringify(reader.heard)).not.toContain(b.person);
    for (const page of pages) page.close();

    expect((await read(open.id)).identity).toMatchObject({
      state: 'unbadged',
      person: null,
      candidates: [],
    });
    const left = (await read(beside.id)).identity;
    expect(left?.candidates.map(({ person }) => person?.id)).toEqual([b.person]);
    // A verdict on what was seen before is a conflict.
    const verdict = { decision: 'confirm', version: act.version };
    expect((await decide(act.id, verdict)).status).toBe(409);
    const candidate = { finding: beside.id, handle: a.handle, reason: 'It was her' };
    const choice = { decision: 'confirm', version: other.version, candidate };
    expect((await decide(other.id, choice)).status).toBe(409);
    // Once its verdict is taken back, what was kept by duty names nobody either.
    const again = await incidentOf(kept.id);
    await decide(again.id, { decision: 'reopen', version: again.version });
    expect((await read(kept.id)).identity).toMatchObject({
      state: 'unbadged',
      person: null,
      candidates: [],
    });
    // What comes later about the time before names nobody either.
    await world.west.deliver(identifiedAs(open, 1, confirmedAs(a.handle)));
    expect((await read(open.id)).identity).toMatchObject({ state: 'unbadged', person: null });
  });
});
