import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HealthWorld, openHealthWorld, saying } from '../../testing/health-world.ts';
import { until } from '../../testing/site.ts';
import type { SettingView } from './schema.ts';

let world: HealthWorld;
beforeAll(async () => {
  world = await openHealthWorld();
});
afterAll(() => world?.stop());

const now = () => new Date().toISOString();

describe('an outage of a camera', () => {
  const fault = () => ({
    state: 'fault' as const,
    quality: 'offline' as const,
    fault: { code: 'stalled' as const, message: 'no picture', since: now() },
  });

  it('is told once after the grace time, with its reason, and its end is told once', async () => {
    const { body: before } = await world.api.send<SettingView>(
      'maintainer',
      'GET',
      '/device-health/setting',
    );
    expect(before).toEqual({ graceSeconds: 10, delaySeconds: 5, version: 0 });
    const setting = { graceSeconds: 5, delaySeconds: 5, version: 0 };
    expect(
      (await world.api.send('operator', 'PUT', '/device-health/setting', setting)).status,
    ).toBe(403);
    expect(
      (await world.api.send('maintainer', 'PUT', '/device-health/setting', setting)).status,
    ).toBe(200);
    const again = await world.api.send('maintainer', 'PUT', '/device-health/setting', setting);
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'device-health.version-conflict', current: { version: 1 } },
    ]);

    await saying(
      world.sayHealth,
      async () => (await world.board('hall-west'))?.now === 'ok',
      'it is well',
    );
    const begun = fault();
    const open = await saying(
      () => world.sayHealth(begun),
      async () => (await world.outagesOf('subject=hall-west&open=true')).items[0],
      'the outage is on record',
    );
    expect(open).toMatchObject({
      kind: 'camera',
      fault: 'offline',
      cause: 'stalled',
      message: 'no picture',
      worker: 'worker-1',
      begunAt: begun.fault.since,
      endedAt: null,
    });
    const [first] = await saying(
      () => world.sayHealth(begun),
      async () => {
        const found = await world.notices('camera.offline');
        return found.length > 0 ? found : null;
      },
      'people are told',
    );
    expect(first).toMatchObject({
      severity: 'warning',
      link: '/device-health/camera/hall-west',
      title: { en: expect.stringMatching(/gives no picture$/) },
      body: { en: expect.stringContaining('no pictures come over an open connection') },
    });
    // Those who watch the cameras are told, too; those who do neither are not.
    for (const user of ['operator', 'safety', 'admin']) {
      expect(await world.notices('camera.offline', user)).toHaveLength(1);
    }
    for (const user of ['manager', 'worker.press']) {
      expect(await world.notices('camera.offline', user)).toEqual([]);
    }
    expect((await world.board('hall-west'))?.outage).toMatchObject({
      fault: 'offline',
      cause: 'stalled',
    });
    expect((await world.board('hall-west'))?.cells.at(-1)).toBe('x');

    await saying(
      world.sayHealth,
      async () => (await world.outagesOf('subject=hall-west&open=true')).items.length === 0,
      'the outage is over',
    );
    const both = await until(async () => {
      const found = await world.notices('camera.offline');
      return found.length >= 2 ? found : null;
    }, 'people are told that it is over');
    expect(both).toHaveLength(2);
    expect(both.map(({ count }) => count)).toEqual([1, 1]);
    expect(both[0]).toMatchObject({
      severity: 'info',
      title: { en: expect.stringMatching(/is back$/) },
    });
    const [over] = (await world.outagesOf('subject=hall-west')).items;
    expect(over).toMatchObject({
      id: open.id,
      toldAt: expect.any(String),
      endedAt: expect.any(String),
    });
  });

  it('that ends within the grace time is recorded and told to nobody', async () => {
    const told = (await world.notices('camera.tampered')).length;
    const scene = [{ fault: 'black' as const, since: now() }];
    await saying(
      () => world.sayHealth({ scene }),
      async () => (await world.outagesOf('subject=hall-west&fault=black')).items.length === 1,
      'the black picture is on record',
    );
    await saying(
      world.sayHealth,
      async () => (await world.outagesOf('subject=hall-west&open=true')).items.length === 0,
      'it is over',
    );
    const [over] = (await world.outagesOf('subject=hall-west&fault=black')).items;
    expect(over).toMatchObject({ toldAt: null, endedAt: expect.any(String) });
    expect(await world.notices('camera.tampered')).toHaveLength(told);
  });

  it('by a delay is one, too, and one of a picture has its own kind of notice', async () => {
    const since = now();
    const told = (await world.notices('camera.offline')).length;
    await saying(
      () => world.sayHealth({ delayMs: 9_000, scene: [{ fault: 'covered', since }] }),
      async () =>
        (await world.notices('camera.tampered')).length > 0 &&
        (await world.notices('camera.offline')).length > told,
      'people are told of both',
    );
    expect((await world.notices('camera.tampered'))[0]).toMatchObject({
      link: '/device-health/camera/hall-west',
      title: { en: expect.stringMatching(/is covered$/) },
    });
    expect((await world.notices('camera.offline'))[0]?.title.en).toMatch(/its pictures come late$/);
    await saying(
      world.sayHealth,
      async () => (await world.outagesOf('subject=hall-west&open=true')).items.length === 0,
      'both are over',
    );
  });
});

describe('the loss of the first network of a camera', () => {
  const lostSince = (ms: number) => ({
    address: {
      inUse: 'second' as const,
      lost: {
        code: 'unreachable' as const,
        message: 'nothing listens at rtsp://192.0.2.10/stream1',
        since: new Date(Date.now() - ms).toISOString(),
      },
    },
  });
  const back = { address: { inUse: 'first' as const, lost: null } };
  const lasting = async () =>
    (await world.outagesOf('subject=hall-west&fault=network&open=true')).items[0];

  it('[DQ-10] that is short is on record, and told to nobody: its pictures go on', async () => {
    const told = (await world.notices('camera.offline')).length;
    const lost = lostSince(0);
    const open = await saying(() => world.sayHealth(lost), lasting, 'the loss is on record');
    expect(open).toMatchObject({ fault: 'network', cause: 'unreachable', worker: 'worker-1' });
    expect(await world.board('hall-west')).toMatchObject({
      now: 'fair',
      outage: { fault: 'network', message: expect.stringContaining('192.0.2.10') },
    });
    await saying(
      () => world.sayHealth(back),
      async () => !(await lasting()),
      'it is over',
    );
    const [over] = (await world.outagesOf('subject=hall-west&fault=network')).items;
    expect(over).toMatchObject({ id: open.id, toldAt: null, endedAt: expect.any(String) });
    expect(await world.notices('camera.offline')).toHaveLength(told);
  });

  it('[DQ-10] that lasts is told once, and its end once, also where no picture came meanwhile', async () => {
    const ofNetwork = async () =>
      (await world.notices('camera.offline')).filter(({ title }) => title.en.includes('network'));
    const count = async () => (await ofNetwork()).length;
    const lost = lostSince(61_000);
    await saying(
      () => world.sayHealth(lost),
      async () => (await count()) === 1,
      'people are told',
    );
    expect((await ofNetwork())[0]).toMatchObject({
      severity: 'warning',
      link: '/device-health/camera/hall-west',
      title: { en: expect.stringMatching(/first network is lost, pictures come over the second$/) },
      body: { en: expect.stringContaining('it cannot be reached') },
    });
    const open = await lasting();
    // The second gives none for a moment: it is the same loss of the first.
    const fault = { code: 'ended' as const, message: 'closed', since: now() };
    await saying(
      () => world.sayHealth({ ...lost, state: 'fault', quality: 'offline', fault }),
      async () =>
        (await world.outagesOf('subject=hall-west&fault=offline&open=true')).items.length === 1,
      'no picture comes',
    );
    expect(await lasting()).toMatchObject({ id: open?.id });
    await saying(
      () => world.sayHealth(back),
      async () => (await count()) === 2,
      'its end is told',
    );
    expect((await ofNetwork())[0]).toMatchObject({
      severity: 'info',
      title: { en: expect.stringMatching(/its first network is back$/) },
    });
  });
});

describe('an outage of a worker', () => {
  it('is told once, and not again for each of its cameras', async () => {
    const ofCameras = (await world.notices('camera.offline')).length;
    await saying(
      world.sayStatus,
      async () => (await world.board('worker-1', 'worker'))?.now === 'ok',
      'online',
    );
    const gone = { online: false, http: null, cameras: [] };
    await world.sayStatus(gone);
    const [told] = await until(async () => {
      const found = await world.notices('worker.offline');
      return found.length > 0 ? found : null;
    }, 'people are told');
    expect(told).toMatchObject({
      link: '/device-health/worker/worker-1',
      title: { en: 'worker-1: is away' },
      body: { en: expect.stringContaining('1 cameras are not watched') },
    });
    const { items } = await world.outagesOf('open=true');
    expect(items.map(({ kind, cause }) => [kind, cause]).sort()).toEqual([
      ['camera', 'worker-offline'],
      ['worker', 'worker-offline'],
    ]);
    expect(await world.notices('camera.offline')).toHaveLength(ofCameras);
    await saying(
      async () => {
        await world.sayStatus();
        await world.sayHealth();
      },
      async () => (await world.notices('worker.offline')).length === 2,
      'people are told that it is back',
    );
    await until(async () => (await world.outagesOf('open=true')).open === 0, 'nothing is open');
    expect(await world.notices('camera.offline')).toHaveLength(ofCameras);
  });
});
