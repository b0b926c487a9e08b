import { type AlarmPlan, alarmPlan, topics, type ViolationConfirmed } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';
import type { AlarmView } from '../alarms/schema.ts';
import type { Violation } from '../violations/schema.ts';
import type { SnoozeView } from './schema.ts';

let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let worker: TestWorker;
let plan: AlarmPlan | null = null;
const HOUR = 3_600_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  worker = await startWorker(site, api);
  const topic = topics.alarmPlan('demo', worker.name);
  worker.client.on('message', (of, payload) => {
    if (of === topic) plan = alarmPlan.parse(JSON.parse(payload.toString()));
  });
  await worker.client.subscribeAsync(topic, { qos: 1 });
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

const snooze = (more: object = {}, user = 'operator') =>
  api.send<SnoozeView & { errors: { field: string }[] }>(user, 'POST', '/snoozes', {
    camera: 'hall-west',
    untilAt: at(HOUR),
    reason: '清洁镜头',
    ...more,
  });
const end = (id: string, user = 'operator') =>
  api.send<SnoozeView>(user, 'POST', `/snoozes/${id}/end`);
const approve = (id: string, user: string) =>
  api.send<SnoozeView>(user, 'POST', `/snoozes/${id}/approval`);
const planHas = (id: string, is: (one: AlarmPlan['snoozes'][number]) => boolean = () => true) =>
  until(() => plan?.snoozes.some((one) => one.id === id && is(one)), 'the plan has it');
async function confirm(more: Partial<ViolationConfirmed['data']> = {}): Promise<Violation> {
  const now = at(0);
  const event = await worker.confirm({
    zone: 'press-area',
    ruleId: 'helmet-in-press-area',
    severity: 'medium',
    startedAt: now,
    confirmedAt: now,
    actor: ulid(),
    ...more,
  });
  const { violation } = event.data;
  return (await api.send<Violation>('safety', 'GET', `/violations/${violation}`)).body;
}
const notices = async (user: string, kind: string) =>
  (
    await api.send<{ items: { kind: string; link: string | null; count: number }[] }>(
      user,
      'GET',
      '/notices?limit=200',
    )
  ).body.items.filter((one) => one.kind === kind);

describe('a snooze', () => {
  it('keeps notices quiet and beacons dark, while violations are recorded and say so', async () => {
    const { status, body: one } = await snooze({ zone: 'press-area' });
    expect(status).toBe(201);
    expect(one).toMatchObject({
      state: 'in-force',
      waiting: false,
      zoneName: { en: 'Press area' },
      askedBy: { en: 'Li Zhiban' },
    });
    await planHas(one.id, ({ zone, rule, high }) => zone === 'press-area' && !rule && !high);
    const quiet = await confirm();
    expect(quiet.snooze).toMatchObject({
      id: one.id,
      reason: '清洁镜头',
      by: { en: 'Li Zhiban' },
      until: one.untilAt,
    });
    // Another rule, elsewhere in the picture.
    const loud = await confirm({ zone: null, ruleId: 'other', rule: 'running', item: null });
    expect(loud.snooze).toBeNull();
    const [notice] = await until(async () => {
      const found = await notices('operator', 'violation.recorded');
      return found.length > 0 ? found : null;
    }, 'the notice of the other one');
    // The one that was recorded before it is not among those told of.
    expect(notice).toMatchObject({ count: 1, link: expect.stringContaining('/incidents/') });
    const row = await incidentTold(quiet.id);
    expect(row).toBeNull();

    // The worker says why its alarm was not given.
    const alarm = ulid();
    await worker.say(
      topics.alarmEvents('demo', worker.name),
      reportOf(alarm, quiet, one.id),
      false,
    );
    const shown = await until(async () => {
      const { status: found, body } = await api.send<AlarmView>(
        'auditor',
        'GET',
        `/alarms/${alarm}`,
      );
      return found === 200 ? body : null;
    }, 'the record of the alarm');
    expect(shown).toMatchObject({ state: 'refused', fault: 'snoozed', muteReason: '清洁镜头' });
    expect(await notices('operator', 'alarm.silent')).toEqual([]);

    expect((await end(one.id)).body).toMatchObject({ state: 'ended', mayEnd: false });
    await until(() => plan?.snoozes.every(({ id }) => id !== one.id), 'the plan has it no more');
    expect((await end(one.id)).body.code).toBe('snooze.over');
    expect((await confirm()).snooze).toBeNull();
  });

  it('leaves high severity alone until a second person approves', async () => {
    // The camera is in no department: this approver cannot open it.
    const database = openDatabase(urls.appUrl);
    const grants = ['snooze:approve@all', 'camera:read@department'] as const;
    await makeUser(database, 'elsewhere', [...grants], { employeeNo: 'E009' });
    await database.close();
    const { body: one } = await snooze({ high: true });
    expect(one).toMatchObject({ waiting: true, state: 'in-force' });
    await planHas(one.id, ({ high }) => !high);
    const [asked] = await until(async () => {
      const found = await notices('safety', 'snooze.approval');
      return found.length > 0 ? found : null;
    }, 'the notice of the approval');
    expect(asked?.link).toBe(`/snoozes/${one.id}`);
    expect(await notices('elsewhere', 'snooze.approval')).toEqual([]);
    expect((await confirm({ severity: 'high' })).snooze).toBeNull();
    expect((await confirm({ severity: 'medium' })).snooze).toMatchObject({ id: one.id });
    expect((await approve(one.id, 'operator')).status).toBe(403);
    expect((await approve(one.id, 'safety')).body).toMatchObject({
      waiting: false,
      approvedBy: { en: 'Wang Anquan' },
    });
    await planHas(one.id, ({ high }) => high);
    expect((await confirm({ severity: 'high' })).snooze).toMatchObject({ id: one.id });
    expect((await approve(one.id, 'safety')).body.code).toBe('snooze.not-waiting');
    await end(one.id);
  });

  it('is approved by nobody who asked for it, in the database neither', async () => {
    const { body: own } = await snooze({ high: true }, 'safety');
    expect((await approve(own.id, 'safety')).body.code).toBe('snooze.own');
    const database = openDatabase(urls.appUrl);
    const approvedByAsker = database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const where = { id: own.id };
      const { askedBy } = await tx.snooze.findFirstOrThrow({ where });
      const data = { approvedBy: askedBy, approvedAt: new Date() };
      await tx.snooze.updateMany({ where, data });
    });
    await expect(approvedByAsker).rejects.toThrow('snooze_second_person');
    await database.close();
    expect((await approve(own.id, 'safety.head')).status).toBe(200);
    await end(own.id);
  });

  it('ends by itself, and marks by the time of the violation, however late it comes', async () => {
    const { body: one } = await snooze({ untilAt: at(6_000) });
    const during = at(0);
    await until(async () => {
      const { body } = await api.send<SnoozeView>('operator', 'GET', `/snoozes/${one.id}`);
      return body.state === 'over';
    }, 'it is over');
    expect((await confirm()).snooze).toBeNull();
    const late = await confirm({ startedAt: during, confirmedAt: during });
    expect(late.snooze).toMatchObject({ id: one.id });
    await until(() => plan?.snoozes.every(({ id }) => id !== one.id), 'the plan has it no more');
  });

  it('says which field is wrong, and is for those who may', async () => {
    for (const [field, more] of Object.entries({
      camera: { camera: 'no-such-camera' },
      zone: { zone: 'no-such-zone' },
      rule: { rule: 'no-such-rule' },
      untilAt: { untilAt: at(-1_000) },
    })) {
      const { status, body } = await snooze(more);
      expect([status, body.errors[0]?.field.replace('body.', '')]).toEqual([422, field]);
    }
    expect((await snooze({ untilAt: at(8 * 24 * HOUR) })).status).toBe(422);
    expect((await snooze({ reason: '' })).status).toBe(400);
    expect((await snooze({}, 'auditor')).status).toBe(403);
    const planned = await snooze({ kind: 'maintenance', fromAt: at(HOUR), untilAt: at(2 * HOUR) });
    expect(planned.body).toMatchObject({ state: 'planned', kind: 'maintenance' });
    expect((await confirm()).snooze).toBeNull();
    const open = await api.send<{ items: SnoozeView[] }>('operator', 'GET', '/snoozes?open=true');
    expect(open.body.items.map(({ id }) => id)).toEqual([planned.body.id]);
    await end(planned.body.id);
  });
});

/** What was told of the incident of a violation; null for nothing. */
async function incidentTold(violation: string): Promise<string | null> {
  const database = openDatabase(urls.appUrl);
  try {
    return await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const { incidentId } = await tx.incidentFinding.findFirstOrThrow({
        where: { findingId: violation },
      });
      return (await tx.incident.findFirstOrThrow({ where: { id: incidentId } })).told;
    });
  } finally {
    await database.close();
  }
}

const reportOf = (alarm: string, { id, camera, rule, severity }: Violation, snoozed: string) => ({
  specversion: '1.0',
  id: ulid(),
  source: `/vision/${worker.name}`,
  type: 'cn.anshi.alarm.reported.v1',
  time: at(0),
  subject: alarm,
  datacontenttype: 'application/json',
  data: {
    alarm,
    worker: worker.name,
    device: 'cell-beacon',
    line: ulid(),
    violation: id,
    camera,
    area: 'robot-cell',
    rule,
    severity,
    act: `${camera}/p-1`,
    light: 'flash',
    sound: true,
    holdSeconds: 10,
    maxSeconds: 60,
    raisedAt: at(0),
    state: 'refused',
    fault: 'snoozed',
    muted: [],
    snooze: snoozed,
    runs: null,
    readBack: null,
    until: null,
    at: at(0),
  },
});
