import { topics } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AlarmWorld,
  answered,
  eventOf,
  openAlarmWorld,
  reportOf,
} from '../../testing/alarms.ts';
import { type RunningApi, until } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';
import type { AlarmView } from './schema.ts';

let world: AlarmWorld;
let api: RunningApi;
let worker: TestWorker;

beforeAll(async () => {
  world = await openAlarmWorld();
  ({ api, worker } = world);
});
afterAll(() => world?.stop());

const report: AlarmWorld['report'] = (data) => world.report(data);
const read: AlarmWorld['read'] = (id) => world.read(id);
const silentNotices = async () =>
  (
    await api.send<{ items: { kind: string; link: string | null; body: { en: string } }[] }>(
      'operator',
      'GET',
      '/notices?limit=100',
    )
  ).body.items.filter(({ kind }) => kind === 'alarm.silent');

describe('an alarm', () => {
  it('[ARC-11] is on record with what became of it, once however often it is reported, in any order', async () => {
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

  it('[ARC-11] in an area without a device says so', async () => {
    const none = reportOf({ device: null, state: 'no-device', area: null });
    expect(await report(none)).toBe('committed');
    expect(await read(none.alarm)).toMatchObject({ state: 'no-device', device: null, fault: null });
    // There are devices, and none of them has a light.
    const dark = reportOf({ device: null, state: 'no-device', fault: 'no-output', sound: false });
    await report(dark);
    expect(await read(dark.alarm)).toMatchObject({ state: 'no-device', fault: 'no-output' });
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
