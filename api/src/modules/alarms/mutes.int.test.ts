import { type AlarmRules, alarmRules, topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AlarmWorld,
  answered,
  eventOf,
  openAlarmWorld,
  reportOf,
  rulesTopic,
} from '../../testing/alarms.ts';
import { busUser, type Site, startApi, until } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';
import type { AlarmMuteView } from './schema.ts';

let world: AlarmWorld;
let site: Site;
let worker: TestWorker;
let retained: AlarmWorld['retained'];

beforeAll(async () => {
  world = await openAlarmWorld();
  ({ site, worker, retained } = world);
});
afterAll(() => world?.stop());

const rulesAre: AlarmWorld['rulesAre'] = (are) => world.rulesAre(are);
const report: AlarmWorld['report'] = (data) => world.report(data);
const read: AlarmWorld['read'] = (id) => world.read(id);

describe('a mute', () => {
  const mute = (more: object = {}, user = 'operator') =>
    world.api.send<AlarmMuteView>(user, 'POST', '/alarm-mutes', {
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

    const ended = await world.api.send<AlarmMuteView>(
      'safety',
      'POST',
      `/alarm-mutes/${body.id}/end`,
    );
    expect(ended.body).toMatchObject({ inForce: false, endedBy: { en: expect.any(String) } });
    await rulesAre(({ mutes }) => mutes.length === 0);
    const again = await world.api.send('safety', 'POST', `/alarm-mutes/${body.id}/end`);
    expect(again.body.code).toBe('alarm.mute-over');
  });

  it('of a speaker is of its sound, as it has no light', async () => {
    const dark = await mute({ device: 'cell-speaker', light: true });
    expect(dark.status).toBe(400);
    expect(JSON.stringify(dark.body)).toContain('the device has no light');
    expect((await mute({ device: 'cell-speaker' })).status).toBe(201);
  });

  it('is retained for a device that comes later, while the API is away', async () => {
    const { body } = await mute({ minutes: 5 });
    await rulesAre(({ mutes }) => mutes.length === 1);
    await world.api.stop();
    const { url, options } = busUser(site, 'actuator', 'cell-beacon');
    await world.beacon.endAsync(true);
    world.beacon = await mqtt.connectAsync(url, options);
    const heard = new Promise<AlarmRules>((resolve) => {
      world.beacon.on('message', (_topic, payload) =>
        resolve(alarmRules.parse(JSON.parse(payload.toString()))),
      );
    });
    await world.beacon.subscribeAsync(rulesTopic, { qos: 1 });
    expect((await heard).mutes.map(({ id }) => id)).toEqual([body.id]);
    // What was reported meanwhile is recorded once the API is back, once.
    const raised = reportOf({ state: 'done' });
    const event = eventOf(raised);
    await worker.say(topics.alarmEvents('demo', 'worker-1'), event, false);
    world.api = await startApi(site, world.urls.appUrl);
    // As a worker does, until the API has it.
    await until(async () => {
      await worker.say(topics.alarmEvents('demo', 'worker-1'), event, false);
      return until(() => worker.acknowledgements(event.id)[0], 'the word', 1_000).catch(() => null);
    }, 'the word of the API');
    expect(await read(raised.alarm)).toMatchObject({ state: 'done' });
  });
});
