import { openAlarmKeys } from '@anshi/contracts/alarm-keys';
import { actuatorBusKey, signatureFault } from '@anshi/contracts/bus-signature';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlarmWorld, openAlarmWorld, planTopic, rulesTopic } from '../../testing/alarms.ts';
import { BUS_KEYS_SECRET, type RunningApi } from '../../testing/site.ts';
import { keyOf } from '../../testing/worker.ts';
import type { SiteDevice } from '../site-devices/schema.ts';
import type { AlarmLineView } from './schema.ts';

let world: AlarmWorld;
let api: RunningApi;
let retained: AlarmWorld['retained'];

beforeAll(async () => {
  world = await openAlarmWorld();
  ({ api, retained } = world);
});
afterAll(() => world?.stop());

const planIs: AlarmWorld['planIs'] = (is) => world.planIs(is);
const rulesAre: AlarmWorld['rulesAre'] = (are) => world.rulesAre(are);

describe('the alarm plan', () => {
  it('is with each enrolled worker on the first day, with keys that it alone can open', async () => {
    const plan = await planIs(({ lines, devices }) => lines.length === 2 && devices.length === 4);
    const heard = retained.get(planTopic)!.payload;
    expect(signatureFault(keyOf('worker-1'), planTopic, heard)).toBeNull();
    expect(signatureFault(keyOf('worker-2'), planTopic, heard)).toBe('wrong');
    const keys = openAlarmKeys(keyOf('worker-1'), plan.keys);
    expect(Object.keys(keys).sort()).toEqual([
      'aisle-siren',
      'cell-beacon',
      'cell-speaker',
      'press-beacon',
    ]);
    expect(() => openAlarmKeys(keyOf('worker-2'), plan.keys)).toThrow();
    expect(plan.lines[0]).toMatchObject({ severities: ['high'], soundIn: [], sound: true });
    const area = 'robot-cell';
    expect(plan.devices).toContainEqual({
      device: 'cell-beacon',
      area,
      outputs: ['light', 'sound'],
    });
    expect(plan.devices).toContainEqual({ device: 'cell-speaker', area, outputs: ['sound'] });

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

  it('names those devices of an area that can give a line, and no speaker for a light', async () => {
    const input = {
      name: { zh: '单元', en: 'Cell' },
      severities: ['low'],
      areas: ['robot-cell'],
      soundIn: ['robot-cell'],
      cameras: [],
      rules: [],
      light: 'steady',
      sound: false,
      holdSeconds: 5,
      maxSeconds: 30,
    };
    // It gives no alarms.
    const control = { device: 'cell-control', kind: 'machine-control', areaId: 'robot-cell' };
    const names = { zh: '单元控制器', en: 'Control of the cell' };
    const entered = { ...control, name: names };
    expect((await api.send('maintainer', 'POST', '/site-devices', entered)).status).toBe(201);
    const { body } = await api.send<AlarmLineView>('safety', 'POST', '/alarm-lines', input);
    const devices = (line: AlarmLineView) => line.devices?.map(({ device }) => device);
    expect(devices(body)).toEqual(['cell-beacon']);
    const change = { version: 1, sound: true, light: 'off' };
    const path = `/alarm-lines/${body.id}`;
    const sounds = await api.send<AlarmLineView>('safety', 'PATCH', path, change);
    expect(devices(sounds.body)).toEqual(['cell-beacon', 'cell-speaker']);
    await api.send('safety', 'PATCH', path, { version: 2, active: false });
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
