import type { CameraHealth } from '@anshi/contracts';
import { expect, it, vi } from 'vitest';
import type { BlurredStill, ToBlur } from '../blur/still-blur.ts';
import { OutageStills, type SeenCamera } from './outage-stills.ts';

const jpeg = Buffer.from('blurred');
const taken = Date.parse('2026-11-02T08:00:00.000Z');
const picture = { width: 2, height: 2, pixels: new ArrayBuffer(6), at: taken, boxes: [] };

function open(answer: BlurredStill = { jpeg, missing: null }) {
  const blurred: ToBlur[] = [];
  const onAdded = vi.fn();
  const make = async (still: ToBlur) => {
    blurred.push(still);
    return answer;
  };
  const stills = new OutageStills({ worker: 'worker-1', blur: { make }, onAdded });
  const look = async (health: Partial<CameraHealth>, last: SeenCamera['last'] = picture) => {
    stills.look([
      {
        health: { camera: 'gate', state: 'live', scene: [], ...health } as never,
        last,
        model: 'ppe',
      },
    ]);
    await new Promise(setImmediate);
  };
  return { stills, look, blurred, onAdded };
}
const since = '2026-11-02T08:00:01.000Z';
const fault = { code: 'stalled' as const, message: '', since };

it('gives one still of an outage, however long it lasts and however often it is tried again', async () => {
  const { stills, look, blurred, onAdded } = open();
  await look({});
  expect(stills.oldest).toBeUndefined();
  await look({ state: 'fault', fault });
  await look({ state: 'connecting' });
  await look({ state: 'fault', fault: { ...fault, since: '2026-11-02T08:01:00.000Z' } });
  expect(blurred).toEqual([{ picture, boxes: [], model: 'ppe' }]);
  expect(stills.oldest).toEqual({
    worker: 'worker-1',
    camera: 'gate',
    fault: 'offline',
    since,
    still: { at: '2026-11-02T08:00:00.000Z', jpeg: jpeg.toString('base64') },
    missing: null,
  });
  expect(onAdded).toHaveBeenCalledOnce();
  stills.done(stills.oldest!);
  expect(stills.oldest).toBeUndefined();
});

it('gives the picture of each fault of the picture', async () => {
  const { stills, look } = open();
  await look({ scene: [{ fault: 'covered', since }] });
  await look({ scene: [{ fault: 'covered', since }] });
  expect(stills.oldest).toMatchObject({ fault: 'covered', since });
  const first = stills.oldest!;
  stills.done(first);
  await look({
    scene: [
      { fault: 'turned', since },
      { fault: 'covered', since },
    ] as never,
  });
  expect(stills.oldest).toMatchObject({ fault: 'turned' });
});

it('says why there is none: no picture came, or its faces could not be blurred', async () => {
  const without = open();
  await without.look({ state: 'fault', fault }, null);
  expect(without.stills.oldest).toMatchObject({ still: null, missing: 'no-picture' });
  expect(without.blurred).toEqual([]);
  const failed = open({ jpeg: null, missing: 'not-blurred' });
  await failed.look({ state: 'fault', fault });
  expect(failed.stills.oldest).toMatchObject({ still: null, missing: 'not-blurred' });
  expect(JSON.stringify(failed.stills.oldest)).not.toContain(jpeg.toString('base64'));
});

it('of a camera that comes and goes makes one a minute', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { look, blurred } = open();
  for (let n = 0; n < 5; n++) {
    await look({});
    await look({ state: 'fault', fault });
  }
  expect(blurred).toHaveLength(1);
  vi.advanceTimersByTime(61_000);
  await look({});
  await look({ state: 'fault', fault });
  expect(blurred).toHaveLength(2);
  vi.useRealTimers();
});

it('blurs one after the other where many cameras are lost at once', async () => {
  let [running, most] = [0, 0];
  const make = async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    return { jpeg, missing: null };
  };
  const stills = new OutageStills({ worker: 'worker-1', blur: { make }, onAdded: () => {} });
  const lost = Array.from({ length: 20 }, (_, n) => ({
    health: { camera: `gate-${n}`, state: 'fault', fault, scene: [] } as never,
    last: picture,
    model: 'ppe',
  }));
  stills.look(lost);
  const given: string[] = [];
  await vi.waitFor(() => {
    for (let one = stills.oldest; one; one = stills.oldest) {
      expect(one.missing).toBeNull();
      given.push(one.camera);
      stills.done(one);
    }
    expect(given).toHaveLength(20);
  });
  expect(most).toBe(1);
});

it('lets others go first where the API does not know of the outage yet', async () => {
  const { stills, look } = open();
  await look({
    scene: [
      { fault: 'covered', since },
      { fault: 'turned', since },
    ] as never,
  });
  const first = stills.oldest!;
  stills.later(first);
  expect(stills.oldest).toMatchObject({ fault: 'turned' });
  stills.done(stills.oldest!);
  expect(stills.oldest).toBe(first);
});
