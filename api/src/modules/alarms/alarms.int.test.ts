import {
  type AlarmPlan,
  type AlarmReported,
  type AlarmRules,
  alarmPlan,
  alarmRules,
  topics,
} from '@anshi/contracts';
import { openAlarmKeys } from '@anshi/contracts/alarm-keys';
import { actuatorBusKey, signatureFault } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BUS_KEYS_SECRET,
  busUser,
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { keyOf, startWorker, type TestWorker } from '../../testing/worker.ts';
import type { SiteDevice } from '../site-devices/schema.ts';
import type { AlarmLineView, AlarmMuteView, AlarmView } from './schema.ts';

let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let worker: TestWorker;
let beacon: MqttClient;
/** The last of each retained topic that worker and device heard. */
const retained = new Map<string, { message: object; payload: Buffer }>();

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  worker = await startWorker(site, api);
  const take = (topic: string, payload: Buffer) => {
    if (topic.includes('/alarm-')) {
      retained.set(topic, { message: JSON.parse(payload.toString()), payload });
    }
  };
  worker.client.on('message', take);
  await worker.client.subscribeAsync(topics.alarmPlan('demo', 'worker-1'), { qos: 1 });
  const { url, options } = busUser(site, 'actuator', 'cell-beacon');
  beacon = await mqtt.connectAsync(url, options);
  beacon.on('message', take);
  await beacon.subscribeAsync(topics.alarmRules('demo', 'cell-beacon'), { qos: 1 });
});
afterAll(async () => {
  await beacon?.endAsync(true);
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

const planTopic = topics.alarmPlan('demo', 'worker-1');
const rulesTopic = topics.alarmRules('demo', 'cell-beacon');
/** The plan that the worker has, once it is as asked for. */
const planIs = (is: (plan: AlarmPlan) => boolean) =>
  until(() => {
    const heard = retained.get(planTopic);
    const plan = heard && alarmPlan.parse(heard.message);
    return plan && is(plan) ? plan : undefined;
  }, 'the plan');
const rulesAre = (are: (rules: AlarmRules) => boolean) =>
  until(() => {
    const heard = retained.get(rulesTopic);
    const rules = heard && alarmRules.parse(heard.message);
    return rules && are(rules) ? rules : undefined;
  }, 'the rules');

const reportOf = (changes: Partial<AlarmReported['data']> = {}): AlarmReported['data'] => ({
  alarm: ulid(),
  worker: 'worker-1',
  device: 'cell-beacon',
  line: ulid(),
  violation: ulid(),
  camera: 'hall-west',
  area: 'robot-cell',
  rule: 'zone-intrusion',
  severity: 'high',
  act: 'hall-west/p-1',
  light: 'flash',
  sound: true,
  holdSeconds: 10,
  maxSeconds: 60,
  raisedAt: new Date().toISOString(),
  state: 'raised',
  fault: null,
  muted: [],
  runs: null,
  readBack: null,
  until: null,
  at: new Date().toISOString(),
  ...changes,
});
function eventOf(data: AlarmReported['data'], by = 'worker-1'): AlarmReported {
  return {
    specversion: '1.0',
    id: ulid(),
    source: `/vision/${by}`,
    type: 'cn.anshi.alarm.reported.v1',
    time: data.at,
    subject: data.alarm,
    datacontenttype: 'application/json',
    data,
  };
}
/** Publishes a report as its worker, and waits for the word of the API. */
async function report(data: AlarmReported['data']): Promise<string> {
  const event = eventOf(data);
  await worker.say(topics.alarmEvents('demo', 'worker-1'), event, false);
  const word = await until(() => worker.acknowledgements(event.id)[0], 'the word of the API');
  return word.result;
}
const answered = (
  data: AlarmReported['data'],
  changes: Partial<AlarmReported['data']>,
): AlarmReported['data'] => ({ ...data, at: new Date().toISOString(), ...changes });
const read = async (id: string) =>
  (await api.send<AlarmView>('auditor', 'GET', `/alarms/${id}`)).body;
const silentNotices = async () =>
  (
    await api.send<{ items: { kind: string; link: string | null; body: { en: string } }[] }>(
      'operator',
      'GET',
      '/notices?limit=100',
    )
  ).body.items.filter(({ kind }) => kind === 'alarm.silent');

describe('the alarm plan', () => {
  it('is with each enrolled worker on the first day, with keys that it alone can open', async () => {
    const plan = await planIs(({ lines, devices }) => lines.length === 2 && devices.length === 3);
    const heard = retained.get(planTopic)!.payload;
    expect(signatureFault(keyOf('worker-1'), planTopic, heard)).toBeNull();
    expect(signatureFault(keyOf('worker-2'), planTopic, heard)).toBe('wrong');
    const keys = openAlarmKeys(keyOf('worker-1'), plan.keys);
    expect(Object.keys(keys).sort()).toEqual(['aisle-siren', 'cell-beacon', 'press-beacon']);
    expect(() => openAlarmKeys(keyOf('worker-2'), plan.keys)).toThrow();
    expect(plan.lines[0]).toMatchObject({ severities: ['high'], soundIn: [], sound: true });
    expect(plan.devices).toContainEqual({ device: 'cell-beacon', area: 'robot-cell' });

    const rules = await rulesAre(({ workers }) => workers.includes('worker-1'));
    expect(rules).toMatchObject({ active: true, mutes: [] });
    const key = actuatorBusKey(BUS_KEYS_SECRET, 'demo', 'cell-beacon');
    expect(signatureFault(key, rulesTopic, retained.get(rulesTopic)!.payload)).toBeNull();
  });

  it('is changed by those who may, and workers have the change at once', async () => {
    const input = {
      name: { zh: '冲压线', en: 'Press line' },
      severities: ['medium'],
      areas: ['press-line'],
      soundIn: ['press-line'],
      cameras: [],
      rules: ['running'],
      light: 'steady',
      sound: false,
      holdSeconds: 5,
      maxSeconds: 30,
    };
    expect((await api.send('operator', 'POST', '/alarm-lines', input)).status).toBe(403);
    const none = { ...input, light: 'off' };
    expect((await api.send('safety', 'POST', '/alarm-lines', none)).status).toBe(400);
    const nowhere = { ...input, areas: ['no-such-area'] };
    expect((await api.send('safety', 'POST', '/alarm-lines', nowhere)).body.code).toBe(
      'alarm.area-unknown',
    );
    const blind = { ...input, cameras: ['no-such-camera'] };
    expect((await api.send('safety', 'POST', '/alarm-lines', blind)).body.code).toBe(
      'alarm.camera-unknown',
    );
    const { status, body } = await api.send<AlarmLineView>('safety', 'POST', '/alarm-lines', input);
    expect(status).toBe(201);
    expect(body.devices).toEqual([
      { device: 'press-beacon', name: { zh: '冲压线声光报警器', en: 'Beacon of the press line' } },
    ]);
    const { id } = body;
    await planIs(({ lines }) => lines.some((line) => line.id === id));
    const dark = { version: 1, light: 'off' };
    expect((await api.send('safety', 'PATCH', `/alarm-lines/${id}`, dark)).status).toBe(400);
    const off = { version: 1, active: false };
    expect((await api.send('safety', 'PATCH', `/alarm-lines/${id}`, off)).status).toBe(200);
    await planIs(({ lines }) => !lines.some((line) => line.id === id));
    expect((await api.send('safety', 'PATCH', `/alarm-lines/${id}`, off)).body.code).toBe(
      'alarm.version-conflict',
    );
    const history = await api.send<{ items: object[] }>(
      'safety',
      'GET',
      `/alarm-lines/${id}/history`,
    );
    expect(history.body.items.length).toBe(2);
  });

  it('has no device that is out of use, and that device takes no alarms', async () => {
    const list = await api.send<{ items: SiteDevice[] }>('maintainer', 'GET', '/site-devices');
    const { id, version } = list.body.items.find(({ device }) => device === 'cell-beacon')!;
    const change = (active: boolean, at: number) =>
      api.send('maintainer', 'PATCH', `/site-devices/${id}`, { version: at, active });
    expect((await change(false, version)).status).toBe(200);
    await rulesAre(({ active }) => !active);
    await planIs(({ devices }) => !devices.some(({ device }) => device === 'cell-beacon'));
    await change(true, version + 1);
    await rulesAre(({ active }) => active);
  });
});

describe('an alarm', () => {
  it('is on record with what became of it, once however often it is reported, in any order', async () => {
    const raised = reportOf();
    const done = answered(raised, {
      state: 'done',
      runs: raised.alarm,
      readBack: { light: 'flash', sound: true },
      until: new Date(Date.now() + 10_000).toISOString(),
    });
    expect(await report(done)).toBe('committed');
    expect(await report(raised)).toBe('committed');
    expect(await report(done)).toBe('committed');
    expect(await read(raised.alarm)).toMatchObject({
      state: 'done',
      deviceName: { en: 'Beacon of the robot cell' },
      areaName: { en: 'Robot cell' },
      readBack: { light: 'flash', sound: true },
      prolongs: null,
    });
    const further = reportOf({ violation: raised.violation, state: 'done', runs: raised.alarm });
    await report(further);
    const list = await api.send<{ items: AlarmView[] }>(
      'operator',
      'GET',
      `/alarms?violation=${raised.violation}`,
    );
    expect(list.body.items.map(({ id, prolongs }) => [id, prolongs])).toEqual([
      [further.alarm, raised.alarm],
      [raised.alarm, null],
    ]);
  });

  it('that its device does not answer is told within 5 s, once for many', async () => {
    const raised = reportOf();
    await report(raised);
    const recorded = Date.now();
    let slowest = 0;
    // The worker is gone as well: nothing else comes.
    await until(async () => {
      const asked = Date.now();
      const { state } = await read(raised.alarm);
      slowest = Math.max(slowest, Date.now() - asked);
      return state === 'silent';
    }, 'it is silent');
    const silent = await read(raised.alarm);
    expect(silent).toMatchObject({ fault: 'worker-lost' });
    // A machine that keeps one request waiting for seconds keeps supervision waiting as long.
    expect(Date.parse(silent.endedAt!) - recorded).toBeLessThan(5_000 + slowest);
    const [notice] = await until(async () => {
      const found = await silentNotices();
      return found.length === 1 ? found : undefined;
    }, 'the notice');
    expect(notice?.link).toBe(`/alarms/${raised.alarm}`);
    expect(notice?.body.en).toContain('Beacon of the robot cell');
    const other = reportOf();
    await report(other);
    await report(answered(other, { state: 'silent' }));
    expect(await silentNotices()).toHaveLength(1);
    // It answers after all: that is on record, and needs no further notice.
    await report(answered(other, { state: 'refused', fault: 'late' }));
    expect(await read(other.alarm)).toMatchObject({ state: 'refused', fault: 'late' });
  });

  it('of a device that is not in the register is told once for many', async () => {
    const before = (await silentNotices()).length;
    for (let times = 0; times < 2; times++) {
      const raised = reportOf({ device: 'forgotten-beacon' });
      await report(raised);
      await report(answered(raised, { state: 'silent' }));
    }
    expect(await silentNotices()).toHaveLength(before + 1);
  });

  it('in an area without a device says so', async () => {
    const none = reportOf({ device: null, state: 'no-device', area: null });
    expect(await report(none)).toBe('committed');
    expect(await read(none.alarm)).toMatchObject({ state: 'no-device', device: null });
  });

  it('is not believed unsigned, by another worker, of the future, or of a revoked one', async () => {
    const before = (await api.send<{ items: object[] }>('auditor', 'GET', '/alarms?limit=200')).body
      .items.length;
    const topic = topics.alarmEvents('demo', 'worker-1');
    const forged = eventOf(reportOf());
    await worker.client.publishAsync(topic, JSON.stringify(forged), { qos: 1 });
    const foreign = eventOf(reportOf({ worker: 'worker-2' }), 'worker-2');
    await worker.say(topic, foreign, false);
    await until(() => worker.acknowledgements(foreign.id)[0]?.result === 'rejected', 'refused');
    const future = eventOf(reportOf({ raisedAt: new Date(Date.now() + 60_000).toISOString() }));
    await worker.say(topic, future, false);
    // What comes after it on the same connection is answered.
    await report(reportOf({ state: 'no-device', device: null }));
    expect(worker.acknowledgements(forged.id)).toEqual([]);
    expect(worker.acknowledgements(future.id)).toEqual([]);
    const after = (await api.send<{ items: object[] }>('auditor', 'GET', '/alarms?limit=200')).body
      .items.length;
    expect(after).toBe(before + 1);
  });
});

describe('a mute', () => {
  const mute = (more: object = {}, user = 'operator') =>
    api.send<AlarmMuteView>(user, 'POST', '/alarm-mutes', {
      device: 'cell-beacon',
      light: false,
      sound: true,
      minutes: 30,
      reason: '设备调试',
      ...more,
    });

  it('is retained on the bus for the device without its reason, and ends', async () => {
    expect((await mute({}, 'auditor')).status).toBe(403);
    expect((await mute({ sound: false })).status).toBe(400);
    expect((await mute({ minutes: 100_000 })).status).toBe(400);
    expect((await mute({ device: 'no-such-device' })).body.code).toBe('alarm.device-unknown');
    const { status, body } = await mute();
    expect(status).toBe(201);
    expect(body).toMatchObject({ inForce: true, mutedBy: { en: 'Li Zhiban' } });
    const rules = await rulesAre(({ mutes }) => mutes.length === 1);
    expect(rules.mutes[0]).toMatchObject({ id: body.id, light: false, sound: true });
    expect(retained.get(rulesTopic)!.payload.toString()).not.toContain('设备调试');

    // Why the alarm was not given is with the alarm.
    const raised = reportOf();
    await report(raised);
    await report(answered(raised, { state: 'done', fault: 'muted', muted: ['sound'] }));
    expect(await read(raised.alarm)).toMatchObject({
      state: 'done',
      muted: ['sound'],
      muteReason: '设备调试',
    });

    const ended = await api.send<AlarmMuteView>('safety', 'POST', `/alarm-mutes/${body.id}/end`);
    expect(ended.body).toMatchObject({ inForce: false, endedBy: { en: expect.any(String) } });
    await rulesAre(({ mutes }) => mutes.length === 0);
    const again = await api.send('safety', 'POST', `/alarm-mutes/${body.id}/end`);
    expect(again.body.code).toBe('alarm.mute-over');
  });

  it('is retained for a device that comes later, while the API is away', async () => {
    const { body } = await mute({ minutes: 5 });
    await rulesAre(({ mutes }) => mutes.length === 1);
    await api.stop();
    const { url, options } = busUser(site, 'actuator', 'cell-beacon');
    await beacon.endAsync(true);
    beacon = await mqtt.connectAsync(url, options);
    const heard = new Promise<AlarmRules>((resolve) => {
      beacon.on('message', (_topic, payload) =>
        resolve(alarmRules.parse(JSON.parse(payload.toString()))),
      );
    });
    await beacon.subscribeAsync(rulesTopic, { qos: 1 });
    expect((await heard).mutes.map(({ id }) => id)).toEqual([body.id]);
    // What was reported meanwhile is recorded once the API is back, once.
    const raised = reportOf({ state: 'done' });
    const event = eventOf(raised);
    await worker.say(topics.alarmEvents('demo', 'worker-1'), event, false);
    api = await startApi(site, urls.appUrl);
    // As a worker does, until the API has it.
    await until(async () => {
      await worker.say(topics.alarmEvents('demo', 'worker-1'), event, false);
      return until(() => worker.acknowledgements(event.id)[0], 'the word', 1_000).catch(() => null);
    }, 'the word of the API');
    expect(await read(raised.alarm)).toMatchObject({ state: 'done' });
  });
});
