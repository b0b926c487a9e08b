import { type ArmingContent, armingContent, armingNotice, topics } from '@anshi/contracts';
import { isTextSigned } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  busUser,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { keyOf, startWorker, type TestWorker } from '../../testing/worker.ts';
import type { ArmingItem } from './schema.ts';

const ZONE = 'hall-west.press-area';
const HOUR = 3_600_000;
let site: Site;
let api: RunningApi;
let worker: TestWorker;
let reader: MqttClient;
let appUrl: string;
/** The last retained content by topic, with its signature checked; null where it was taken away. */
const heard = new Map<string, ArmingContent | null>();

function take(topic: string, payload: Buffer): void {
  if (payload.length === 0) {
    heard.set(topic, null);
    return;
  }
  const notice = armingNotice.parse(JSON.parse(payload.toString()));
  const signature = notice.signatures[worker.name] ?? '';
  if (!isTextSigned(keyOf(worker.name), topic, notice.content, signature)) return;
  heard.set(topic, armingContent.parse(JSON.parse(notice.content)));
}

beforeAll(async () => {
  site = await openSite();
  ({ appUrl } = await site.seededDatabase());
  api = await startApi(site, appUrl);
  worker = await startWorker(site, api);
  const { url, options } = busUser(site, 'worker', 'worker-9');
  reader = await mqtt.connectAsync(url, options);
  reader.on('message', take);
  await reader.subscribeAsync(topics.arming('demo', '+'), { qos: 1 });
  const area = { site: 'plant-1', name: { zh: '焊接间', en: 'Weld shop' }, kind: 'workshop' };
  expect((await api.send('admin', 'PUT', '/areas/weld-shop', area)).status).toBe(200);
});
afterAll(async () => {
  await reader?.endAsync(true);
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

interface Shapes {
  version: number;
  zones: { id: string; armed?: object }[];
}
async function arm(armed: object | undefined): Promise<void> {
  const path = '/cameras/hall-west/configuration';
  const { body } = await api.send<Shapes>('admin', 'GET', path);
  const zones = body.zones.map((zone) => {
    const { armed: _, ...rest } = zone;
    return zone.id === 'press-area' && armed ? { ...rest, armed } : rest;
  });
  const { version } = body;
  expect((await api.send('admin', 'PATCH', path, { version, zones })).status).toBe(200);
}
const topic = topics.arming('demo', ZONE);
const state = () => heard.get(topic)?.states[0];
const listed = async (user = 'operator') =>
  (await api.send<{ items: ArmingItem[] }>(user, 'GET', '/arming')).body.items.find(
    ({ camera, zone }) => camera === 'hall-west' && zone === 'press-area',
  );

interface Permit {
  id: string;
  version: number;
}
async function permit(hours = 2): Promise<Permit> {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const input = {
    kind: 'hot-work',
    title: 'Weld the rail',
    areaId: 'weld-shop',
    description: 'Welding',
    people: [],
    fromAt: at(-HOUR),
    toAt: at(hours * HOUR),
  };
  let { body } = await api.send<Permit>('maintainer', 'POST', '/permits', input);
  for (const [user, transition] of [
    ['maintainer', 'apply'],
    ['safety', 'approve'],
    ['maintainer', 'begin'],
  ] as const) {
    const step = { transition, version: body.version, fields: {} };
    const answer = await api.send<Permit>(user, 'POST', `/permits/${body.id}/actions`, step);
    expect(answer.status).toBe(200);
    body = answer.body;
  }
  return body;
}
const step = (of: Permit, transition: string, user: string) =>
  api.send<Permit>(user, 'POST', `/permits/${of.id}/actions`, {
    transition,
    version: of.version,
    fields: { reason: 'Danger' },
  });
const byPermit = { by: 'permit', while: 'none', kinds: ['hot-work'], area: 'weld-shop' };

describe('the arming of a zone', () => {
  it('is told to workers, signed for each of them, with an end, and again before that', async () => {
    expect(await listed()).toMatchObject({ when: null, now: { armed: true, until: null } });
    await arm({ by: 'shift', from: '00:00', to: '23:59' });
    await until(() => heard.get(topic), 'it is told');
    const first = heard.get(topic) as ArmingContent;
    expect(first).toMatchObject({ camera: 'hall-west', zone: 'press-area' });
    const valid = Date.parse(first.validUntil) - Date.parse(first.at);
    expect(valid).toBeGreaterThan(0);
    expect(valid).toBeLessThanOrEqual(60_000);
    expect(first.states).toMatchObject([{ rule: null, by: 'shift' }]);
    await until(() => heard.get(topic)?.at !== first.at, 'it is told again');
    expect(Date.parse((heard.get(topic) as ArmingContent).at) - Date.parse(first.at)).toBeLessThan(
      60_000,
    );
  });

  it('follows a permit: disarmed while it holds, armed at once where it is suspended', async () => {
    await arm(byPermit);
    await until(() => state()?.cause === 'permit-none', 'armed without a permit');
    expect(state()).toMatchObject({ by: 'permit', armed: true, permit: null });
    const weld = await permit();
    await until(() => state()?.armed === false, 'disarmed by the permit');
    expect(state()).toMatchObject({ cause: 'permit-active', permit: weld.id });
    expect(await listed()).toMatchObject({
      now: { armed: false, cause: 'permit-active', permitTitle: 'Weld the rail' },
    });
    const began = performance.now();
    const suspended = (await step(weld, 'suspend', 'operator')).body;
    await until(() => state()?.armed === true, 'armed again');
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(state()).toMatchObject({ cause: 'permit-suspended', permit: weld.id });
    await step(suspended, 'revoke', 'safety');
    await until(() => state()?.cause === 'permit-revoked', 'revoked');
  });

  it('is disarmed no longer than a permit holds, also where nobody says so any more', async () => {
    await arm(byPermit);
    const weld = await permit(0.004);
    await until(() => state()?.permit === weld.id && state()?.armed === false, 'disarmed');
    const content = heard.get(topic) as ArmingContent;
    const { body } = await api.send<{ toAt: string }>('safety', 'GET', `/permits/${weld.id}`);
    expect(content.states[0]?.until).toBe(body.toAt);
    expect(Date.parse(content.validUntil)).toBeLessThanOrEqual(Date.parse(body.toAt));
    await until(() => state()?.armed === true, 'armed at its end');
    expect(state()).toMatchObject({ cause: 'permit-ended', permit: weld.id, since: body.toAt });
  });

  it('is armed where the module of permits is off, and taken away where it is configured no more', async () => {
    await arm(byPermit);
    const weld = await permit();
    await until(() => state()?.permit === weld.id && state()?.armed === false, 'disarmed');
    const off = await api.send('admin', 'PUT', '/features/permits', { on: false });
    expect(off.status).toBeLessThan(300);
    await until(() => state()?.armed === true, 'armed without the module');
    expect((await api.send('admin', 'PUT', '/features/permits', { on: true })).status).toBeLessThan(
      300,
    );
    await until(() => state()?.armed === false, 'disarmed again');
    await arm(undefined);
    await until(() => heard.get(topic) === null, 'taken away');
    await step(weld, 'revoke', 'safety');
  });

  it('is told again by an API that starts again, and counts for nobody whose credential is gone', async () => {
    await arm({ by: 'calendar', while: 'resting' });
    await until(() => heard.get(topic)?.states[0]?.by === 'calendar', 'told');
    const before = heard.get(topic)?.at;
    await api.stop();
    api = await startApi(site, appUrl);
    await until(() => heard.get(topic)?.at !== before, 'told by the next one');
    const notices: string[][] = [];
    reader.on('message', (_topic, payload) => {
      if (payload.length > 0) {
        notices.push(Object.keys(armingNotice.parse(JSON.parse(payload.toString())).signatures));
      }
    });
    const admin = await api.signIn('admin');
    const devices = (await (await api.get('/api/v1/devices?kind=worker', admin)).json()) as {
      items: { id: string; name: string }[];
    };
    const { id } = devices.items.find(({ name }) => name === worker.name) ?? { id: '' };
    await api.post(`/api/v1/devices/${id}/revocation`, { reason: 'stolen' }, admin);
    await until(
      () => notices.length > 0 && !notices.at(-1)?.includes(worker.name),
      'signed for it no more',
    );
  });

  it('is previewed before it is saved, by those who may change cameras', async () => {
    const preview = (user: string, armed: object) =>
      api.send<{ now: object | null }>(user, 'POST', '/arming/preview', { armed });
    const shift = { by: 'shift', from: '00:00', to: '23:59' };
    expect((await preview('admin', shift)).body.now).toMatchObject({ cause: 'in-shift' });
    expect((await preview('admin', { by: 'machine', machine: 'press-1' })).body.now).toBeNull();
    expect((await preview('admin', { by: 'shift', from: '25:00', to: '06:00' })).status).toBe(400);
    expect((await preview('operator', shift)).status).toBe(403);
  });
});
