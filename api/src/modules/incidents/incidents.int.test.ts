import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type IncidentSite,
  idsOf as ids,
  instantOf as instant,
  openIncidentSite,
} from '../../testing/incidents.ts';
import { type RunningApi, until } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';
import type { Violation } from '../violations/schema.ts';

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

describe('a change by hand', () => {
  async function two() {
    const start = hour();
    const one = await see(west, start, 'a');
    const other = await see(west, start + 3_000, 'a', { rule: 'running' });
    return { start, one, other, incident: await incidentOf(one.id) };
  }

  it('takes a finding out with its own verdict, and puts it back', async () => {
    const { one, other, incident } = await two();
    const { version } = incident;
    const body = { finding: other.id, reason: 'not-a-person', note: 'a mannequin', version };
    const out = await done(post(one.id, 'take-out', body));
    expect(out).toMatchObject({
      findings: 2,
      takenOut: 1,
      undecided: 1,
      rules: ['missing-ppe/helmet'],
    });
    const member = out.members.find(({ violation }) => violation.id === other.id);
    expect(member).toMatchObject({
      violation: { status: 'dismissed', verdict: { reason: 'not-a-person' } },
      takenOut: {
        reason: 'not-a-person',
        note: 'a mannequin',
        by: { displayName: { en: 'Li Zhiban' } },
      },
    });
    const last = { finding: one.id, reason: 'other', version: out.version };
    expect((await post(one.id, 'take-out', last)).status).toBe(409);

    const closed = await done(
      post(one.id, 'verdict', { decision: 'confirm', version: out.version }),
    );
    const read = await api.get(`/api/v1/violations/${other.id}`, operator);
    expect(((await read.json()) as Violation).status).toBe('dismissed');
    const back = await done(post(one.id, 'undo', { version: closed.version }));
    // It counts again, after the verdict: it is new.
    expect(back).toMatchObject({ status: 'confirmed', takenOut: 0, undecided: 1 });
    expect(back.operations[0]?.undone?.by.displayName.en).toBe('Li Zhiban');
    expect((await post(one.id, 'undo', { version: back.version })).status).toBe(409);
  });

  it('splits, against the evidence, also for what comes later; undone, the evidence counts again', async () => {
    const { start, one, other, incident } = await two();
    const { version } = incident;
    const split = await done(
      post(one.id, 'split', { findings: [other.id], reason: 'another person', version }),
    );
    expect(ids(split)).toEqual([one.id]);
    const apart = await incidentOf(other.id);
    expect(apart).toMatchObject({ findings: 1, status: 'pending' });
    await see(west, start + 6_000, 'a');
    expect((await incidentOf(one.id)).findings + (await incidentOf(other.id)).findings).toBe(3);
    expect((await incidentOf(other.id)).id).toBe(apart.id);

    const now = await incidentOf(other.id);
    const undone = await done(post(now.id, 'undo', { version: now.version }));
    expect(undone.id).toBe(one.id);
    expect(undone.findings).toBe(3);
    expect((await detailOf(apart.id)).id).toBe(one.id);
  });

  it('joins two incidents under the older id, and parts them again', async () => {
    const start = hour();
    const one = await see(west, start, 'a');
    const other = await see(west, start, 'b');
    const { version } = await incidentOf(other.id);
    const joined = await done(post(other.id, 'join', { incident: one.id, version }));
    expect(joined).toMatchObject({ id: one.id, findings: 2 });
    expect(joined.operations[0]).toMatchObject({ kind: 'join', undone: null });
    const undone = await done(post(one.id, 'undo', { version: joined.version }));
    expect(ids(undone)).toEqual([one.id]);
    expect((await incidentOf(other.id)).id).toBe(other.id);
  });

  it('refuses findings with a verdict, strangers, and all of them', async () => {
    const { one, other, incident } = await two();
    const { version } = incident;
    const stranger = await see(west, hour(), 'z');
    const all = { findings: [one.id, other.id], version };
    expect((await post(one.id, 'split', all)).status).toBe(409);
    expect((await post(one.id, 'split', { findings: [stranger.id], version })).status).toBe(422);
    const closed = await done(post(one.id, 'verdict', { decision: 'confirm', version }));
    const decided = { findings: [other.id], version: closed.version };
    expect(await (await post(one.id, 'split', decided)).json()).toMatchObject({
      code: 'incident.finding-decided',
    });
  });
});

describe('the list', () => {
  it('filters by rule, camera, severity and time, and counts what waits', async () => {
    const start = hour();
    const one = await see(west, start, 'a', { severity: 'low' });
    await see(east, start, 'x', { rule: 'running', severity: 'high' });
    const span = `from=${instant(start)}&to=${instant(start + 60_000)}`;
    expect((await list(span)).items).toHaveLength(2);
    for (const filter of [
      'rule=missing-ppe',
      'rule=missing-ppe/helmet',
      'camera=hall-west',
      'severity=low,medium',
    ]) {
      expect((await list(`${span}&${filter}`)).items.map(({ id }) => id)).toEqual([one.id]);
    }
    const { counts, items } = await list(`${span}&limit=1&order=oldest`);
    expect(items).toHaveLength(1);
    expect(counts?.pending).toBeGreaterThanOrEqual(2);
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

describe('what came since', () => {
  it('is listed and counted by when it was recorded, not by when it started', async () => {
    const before = await see(west, hour(), 'a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = new Date().toISOString();
    // It began hours before, and arrived after the look.
    const late = await see(west, hour() - 40 * 3_600_000, 'late');
    const decided = await see(west, hour(), 'b');
    await done(
      post((await incidentOf(decided.id)).id, 'verdict', { decision: 'confirm', version: 1 }),
    );
    const shown = await list(`status=pending&openedFrom=${since}`);
    expect(shown.items.map(({ id }) => id)).toEqual([late.id]);
    expect(shown.items.map(({ id }) => id)).not.toContain(before.id);
    expect(shown.counts).toMatchObject({ opened: 1 });
    expect(shown.counts?.pending).toBeGreaterThan(1);
    expect((await list('status=pending')).counts).not.toHaveProperty('opened');
  });

  it('is kept with the account of the one who looked, and of no other', async () => {
    const at = '2026-11-25T06:20:00.000Z';
    const put = await api.send('operator', 'PUT', '/me/settings/review-look', {
      value: { at },
      version: 0,
    });
    expect(put.status).toBe(200);
    const read = (user: string) =>
      api.send<{ value: { at: string } }>(user, 'GET', '/me/settings/review-look');
    expect((await read('operator')).body.value).toEqual({ at });
    expect((await read('safety')).status).toBe(404);
    const wrong = { value: { at: 'just now' }, version: 1 };
    expect((await api.send('operator', 'PUT', '/me/settings/review-look', wrong)).status).toBe(422);
  });
});
