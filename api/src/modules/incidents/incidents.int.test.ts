import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type IncidentSite,
  idsOf as ids,
  instantOf as instant,
  openIncidentSite,
} from '../../testing/incidents.ts';
import { type RunningApi, until } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';

let world: IncidentSite;
let api: RunningApi;
let west: TestWorker;
let east: TestWorker;
let operator: { authorization: string };

beforeAll(async () => {
  world = await openIncidentSite();
  ({ api, west, east, operator } = world);
});
afterAll(() => world?.stop());

const hour = () => world.hour();
const see: IncidentSite['see'] = (...given) => world.see(...given);
const end: IncidentSite['end'] = (...given) => world.end(...given);
const detailOf: IncidentSite['detailOf'] = (id) => world.detailOf(id);
const list: IncidentSite['list'] = (query) => world.list(query);
const incidentOf: IncidentSite['incidentOf'] = (finding) => world.incidentOf(finding);
const post: IncidentSite['post'] = (...given) => world.post(...given);
const done: IncidentSite['done'] = (answer) => world.done(answer);

describe('an incident', () => {
  it('has the findings of one actor over rules, with the highest severity and why they are joined', async () => {
    const start = hour();
    const low = await see(west, start, 'a', { severity: 'low' });
    const high = await see(west, start + 5_000, 'a', { rule: 'phone-use', severity: 'high' });
    const found = await incidentOf(high.id);
    expect(found).toMatchObject({
      id: low.id,
      severity: 'high',
      findings: 2,
      undecided: 2,
      startedAt: instant(start),
      cameras: ['hall-west'],
      main: { id: high.id },
    });
    const { members } = await detailOf(found.id);
    expect(members.map(({ why }) => why)).toEqual([
      null,
      { by: 'actor', with: low.id, odds: null },
    ]);
  });

  it('has the findings of two cameras whose paths agree, and not of a person beside', async () => {
    const start = hour();
    const one = await see(west, start, 'a', { at: [5, 5] });
    const same = await see(east, start + 300, 'x', { at: [5.1, 5] });
    const beside = await see(east, start + 300, 'y', { at: [6.5, 5] });
    const found = await detailOf((await incidentOf(one.id)).id);
    expect(ids(found).sort()).toEqual([one.id, same.id].sort());
    expect(found.members.find(({ violation }) => violation.id !== found.id)?.why).toMatchObject({
      by: 'path',
      odds: expect.any(Number),
    });
    expect((await incidentOf(beside.id)).id).not.toBe(found.id);
  });

  it('stays two where two people stand side by side before cameras whose clocks differ by 2 s', async () => {
    const start = hour();
    const left = await see(west, start, 'a', { at: [5, 5] });
    const right = await see(east, start + 2_000, 'x', { at: [5, 5.7] });
    expect((await incidentOf(left.id)).id).not.toBe((await incidentOf(right.id)).id);
  });

  it('takes in a finding that comes an hour late, and the one that it bridged to', async () => {
    const start = hour();
    const first = await see(west, start, 'a');
    await end(west, first, start + 3_000);
    const last = await see(west, start + 20_000, 'a');
    expect((await incidentOf(last.id)).id).toBe(last.id);
    // The events of others came in between.
    await see(west, start + 3_500_000, 'b');
    const late = await see(west, start + 10_000, 'a');
    await end(west, late, start + 14_000);
    const found = await detailOf(first.id);
    expect(ids(found)).toEqual([first.id, late.id, last.id]);
    // The address of the younger one leads there.
    expect((await detailOf(last.id)).id).toBe(first.id);
    const shown = await list(`from=${instant(start)}&to=${instant(start + 30_000)}`);
    expect(shown.items.map(({ id }) => id)).toEqual([first.id]);
  });

  it('is parted again by a finding that shows that it could be two people', async () => {
    const start = hour();
    const one = await see(west, start, 'a', { at: [5, 5] });
    const other = await see(east, start, 'x', { at: [5.1, 5] });
    expect((await incidentOf(other.id)).findings).toBe(2);
    const third = await see(east, start, 'y', { at: [5.3, 5] });
    const now = await Promise.all([one, other, third].map(({ id }) => incidentOf(id)));
    expect(new Set(now.map(({ id }) => id)).size).toBe(3);
  });

  it('is one, however many findings of a person arrive at once', async () => {
    const start = hour();
    const events = await Promise.all(
      Array.from({ length: 8 }, (_, n) => see(west, start + 1_000 * n, 'a')),
    );
    const found = new Set(
      await Promise.all(events.map(async ({ id }) => (await incidentOf(id)).id)),
    );
    expect(found.size).toBe(1);
    expect((await detailOf([...found][0]!)).findings).toBe(8);
  });

  it('of a zone is linked to one of a person in it whose finding names another zone', async () => {
    const start = hour();
    const person = await see(west, start, 'a', { zone: 'assembly' });
    const beside = await see(west, start, 'b', { zone: 'assembly' });
    const zone = await see(west, start + 1_000, 'z', {
      rule: 'lone-work',
      subject: 'zone',
      actor: null,
      tracks: [person.data.actor!],
      box: null,
      zone: 'tank',
    });
    expect((await detailOf(zone.id)).links.map(({ id }) => id)).toEqual([person.id]);
    expect((await detailOf(beside.id)).links).toEqual([]);
  });

  it('of a zone is one of its own, linked to those of the people in it', async () => {
    const start = hour();
    const person = await see(west, start, 'a', { zone: 'pit' });
    const zone = await see(west, start + 1_000, 'z', {
      subject: 'zone',
      actor: null,
      tracks: [],
      box: null,
      zone: 'pit',
    });
    const elsewhere = await see(west, start, 'b', { zone: null });
    const found = await detailOf((await incidentOf(zone.id)).id);
    expect(found).toMatchObject({ subject: 'zone', findings: 1 });
    expect(found.links.map(({ id }) => id)).toEqual([person.id]);
    // Zones of two cameras may have one id.
    const other = await see(east, start, 'c', { zone: 'pit' });
    expect((await detailOf(other.id)).links).toEqual([]);
    expect((await detailOf(person.id)).links.map(({ id }) => id)).toEqual([zone.id]);
    expect((await detailOf(elsewhere.id)).links).toEqual([]);
    // The person had left before.
    await end(west, person, start + 500);
    expect((await detailOf(person.id)).links).toEqual([]);
  });
});

describe('a verdict on an incident', () => {
  it('closes it with each of its findings, and what joins later shows as new and waits', async () => {
    const start = hour();
    const first = await see(west, start, 'a');
    const second = await see(west, start + 4_000, 'a', { rule: 'running' });
    const { version } = await incidentOf(first.id);
    const closed = await done(post(first.id, 'verdict', { decision: 'confirm', version }));
    expect(closed).toMatchObject({ status: 'confirmed', undecided: 0 });
    expect(closed.members.map(({ violation }) => violation.status)).toEqual([
      'confirmed',
      'confirmed',
    ]);
    const verdicts = await api.get(`/api/v1/violations/${second.id}/verdicts`, operator);
    expect(((await verdicts.json()) as { items: object[] }).items).toHaveLength(1);

    const late = await see(west, start + 8_000, 'a', { rule: 'phone-use' });
    const now = await detailOf(first.id);
    expect(now).toMatchObject({ status: 'confirmed', findings: 3, undecided: 1 });
    expect(now.members.filter(({ isNew }) => isNew).map(({ violation }) => violation.id)).toEqual([
      late.id,
    ]);
    const waiting = await list(`status=pending&from=${instant(start)}&to=${instant(start + 1)}`);
    expect(waiting.items.map(({ id }) => id)).toEqual([first.id]);
    expect(
      (
        await post(first.id, 'verdict', {
          decision: 'dismiss',
          reason: 'other',
          version: now.version,
        })
      ).status,
    ).toBe(409);
    const again = await done(
      post(first.id, 'verdict', { decision: 'confirm', version: now.version }),
    );
    expect(again).toMatchObject({ status: 'confirmed', undecided: 0 });
  });

  it('counts only for what the reviewer saw', async () => {
    const start = hour();
    const first = await see(west, start, 'a');
    const { version } = await incidentOf(first.id);
    await see(west, start + 3_000, 'a', { rule: 'running' });
    const late = await post(first.id, 'verdict', { decision: 'confirm', version });
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      code: 'incident.version-conflict',
      current: { id: first.id, findings: 2, version: version + 1 },
    });
    expect((await detailOf(first.id)).status).toBe('pending');
  });

  it('is undone for all findings, and follows verdicts on single ones', async () => {
    const start = hour();
    const one = await see(west, start, 'a');
    const two = await see(west, start + 3_000, 'a');
    const verdictOn = (id: string, body: object) =>
      api.post(`/api/v1/violations/${id}/verdict`, body, operator);
    const dismiss = { decision: 'dismiss', reason: 'duplicate', version: 1 };
    expect((await verdictOn(two.id, dismiss)).status).toBe(200);
    expect(await incidentOf(one.id)).toMatchObject({ status: 'pending', undecided: 1 });
    expect((await verdictOn(one.id, { decision: 'confirm', version: 1 })).status).toBe(200);
    const closed = await incidentOf(one.id);
    expect(closed).toMatchObject({ status: 'confirmed', undecided: 0 });
    const open = await done(
      post(one.id, 'verdict', { decision: 'reopen', version: closed.version }),
    );
    expect(open).toMatchObject({ status: 'pending', undecided: 2, verdict: null });
  });
});

describe('the gap of a site', () => {
  it('is a setting, and counts for what comes after', async () => {
    const path = '/incident-settings/plant-1';
    const set = (user: string, gapSeconds: number, version: number) =>
      api.send<object>(user, 'PUT', path, { gapSeconds, version });
    expect((await set('operator', 2, 0)).status).toBe(403);
    expect((await set('safety.head', 2, 0)).body).toMatchObject({
      site: 'plant-1',
      gapSeconds: 2,
      version: 1,
    });
    const start = hour();
    const one = await see(west, start, 'a');
    await end(west, one, start + 2_500);
    const next = await see(west, start + 6_000, 'a');
    expect((await incidentOf(next.id)).id).toBe(next.id);
    expect((await set('safety.head', 10, 1)).status).toBe(200);
  });
});

describe('the notice of an incident', () => {
  interface Shown {
    severity: string;
    count: number;
    link: string | null;
    title: { en: string };
    kind: string;
  }
  const noticesOf = async (title: string) => {
    const answer = await api.get('/api/v1/notices?limit=200', operator);
    const { items } = (await answer.json()) as { items: Shown[] };
    return items.filter(({ kind, title: of }) => kind === 'violation.recorded' && of.en === title);
  };

  it('is one for all of its findings, and told again where it becomes more severe', async () => {
    const start = hour();
    const title = 'Person down at Hall east';
    const first = await see(east, start, 'down', { severity: 'low' });
    await see(east, start + 3_000, 'down', { severity: 'low', rule: 'running' });
    await see(east, start + 6_000, 'down', { severity: 'high', rule: 'person-down' });
    const [notice] = await until(async () => {
      const found = await noticesOf(title);
      return found.length > 0 ? found : null;
    }, 'the more severe notice');
    expect(notice).toMatchObject({
      severity: 'critical',
      count: 1,
      link: `/incidents/${first.id}`,
    });
    await see(east, start + 9_000, 'down', { severity: 'high', rule: 'person-down' });
    const other = await see(east, start + 9_000, 'else', { severity: 'high', rule: 'person-down' });
    // What comes later shows that nothing else was on its way.
    await until(async () => {
      const found = await noticesOf(title);
      return found.some(({ link }) => link === `/incidents/${other.id}`) || null;
    }, 'the notice of the other person');
    const told = (await noticesOf(title)).reduce((sum, { count }) => sum + count, 0);
    expect(told).toBe(2);
  });
});
