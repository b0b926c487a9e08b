import { expect, it, onTestFinished, vi } from 'vitest';
import type { BlurredStill, ToBlur } from '../blur/still-blur.ts';
import type { SmallPicture } from '../health/small-picture.ts';
import { LiveStills } from './live-stills.ts';

const START = 1_700_000_000_000;
const WIDTH = 32;
const HEIGHT = 16;
/** A grey picture, ms after the start, with a bright square of 8 px whose left edge is at `left`. */
function pictureAt(ms: number, left = 0): SmallPicture {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 1.5).fill(90);
  for (let y = 4; y < 12; y++) pixels.fill(200, y * WIDTH + left, y * WIDTH + left + 8);
  return { width: WIDTH, height: HEIGHT, pixels: pixels.buffer, at: START + ms, boxes: [] };
}
/** A blurring whose answers the test gives. */
function blurring() {
  const asked: ToBlur[] = [];
  const answers: ((made: BlurredStill) => void)[] = [];
  const make = (still: ToBlur) => {
    asked.push(still);
    return new Promise<BlurredStill>((resolve) => answers.push(resolve));
  };
  return { make, asked, answers };
}
/** One that answers with the time of the picture. */
function blurAtOnce() {
  const asked: number[] = [];
  const make = async ({ picture }: ToBlur): Promise<BlurredStill> => {
    const ms = (picture as SmallPicture).at - START;
    asked.push(ms);
    return { jpeg: Buffer.from(`of ${ms}`), missing: null };
  };
  return { make, asked };
}
const answersArrived = () => new Promise(setImmediate);
const done: BlurredStill = { jpeg: Buffer.from('jpeg'), missing: null };
const jpegOf = (ms: number) => Buffer.from(`of ${ms}`).toString('base64');

it('a still is blurred once for all who look at the camera', async () => {
  const blur = blurring();
  const stills = new LiveStills(blur);
  const picture = pictureAt(0);
  const [first, second] = [
    stills.of('west', picture, 'm', 0),
    stills.of('west', picture, 'm', 900),
  ];
  blur.answers[0]?.(done);
  expect(await first).toEqual({
    at: '2023-11-14T22:13:20.000Z',
    jpeg: Buffer.from('jpeg').toString('base64'),
    moved: null,
  });
  expect(await second).toEqual(await first);
  expect(blur.asked).toHaveLength(1);
});

it('an unchanged scene is blurred once in ten seconds, and has the time of the newest picture', async () => {
  const blur = blurAtOnce();
  const stills = new LiveStills(blur);
  for (let second = 0; second <= 11; second++) {
    const ms = second * 1_000;
    const { at, jpeg, moved } = await stills.of('west', pictureAt(ms), 'm', ms);
    expect(at).toBe(new Date(START + ms).toISOString());
    expect(jpeg).toBe(jpegOf(second < 11 ? 0 : 10_000));
    expect(moved).toBe(second === 0 ? null : false);
    await answersArrived();
  }
  expect(blur.asked).toEqual([0, 10_000]);
});

it('an unchanged scene keeps its still while a slow blurring renews it, for a minute at most', async () => {
  const blur = blurring();
  const stills = new LiveStills(blur);
  const first = stills.of('west', pictureAt(0), 'm', 0);
  blur.answers[0]?.({ jpeg: Buffer.from('first'), missing: null });
  await first;
  const shownAt = async (ms: number) => {
    const { at, jpeg } = await stills.of('west', pictureAt(ms), 'm', ms);
    expect(at).toBe(new Date(START + ms).toISOString());
    return Buffer.from(jpeg ?? '', 'base64').toString();
  };
  for (const ms of [12_000, 13_000, 60_000]) expect(await shownAt(ms)).toBe('first');
  expect(blur.asked).toHaveLength(2);
  blur.answers[1]?.({ jpeg: null, missing: 'not-blurred' });
  await answersArrived();
  expect(await shownAt(60_000)).toBe('first');
  blur.answers[2]?.({ jpeg: Buffer.from('second'), missing: null });
  await answersArrived();
  expect(await shownAt(60_000)).toBe('second');
  // A still older than a minute is not shown again.
  const late = stills.of('west', pictureAt(121_000), 'm', 121_000);
  blur.answers.at(-1)?.(done);
  expect((await late).jpeg).toBe(done.jpeg?.toString('base64'));
  expect(blur.asked).toHaveLength(4);
});

it('a still that comes too late for its caller is kept for the next request', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const blur = blurring();
  const stills = new LiveStills(blur);
  const first = stills.of('west', pictureAt(0), 'm', 0);
  await vi.advanceTimersByTimeAsync(600);
  expect(await first).toMatchObject({ at: null, jpeg: null });
  // The next caller waits for the same one.
  const second = stills.of('west', pictureAt(5_000), 'm', 5_000);
  blur.answers[0]?.(done);
  expect(await second).toMatchObject({ at: new Date(START + 5_000).toISOString() });
  expect((await stills.of('west', pictureAt(6_000), 'm', 6_000)).jpeg).not.toBeNull();
  expect(blur.asked).toHaveLength(1);
});

it('a scene that changed while its still was made gets that one with its own time, then a new one', async () => {
  const blur = blurring();
  const stills = new LiveStills(blur);
  const first = stills.of('west', pictureAt(0), 'm', 0);
  const second = stills.of('west', pictureAt(2_000, 12), 'm', 2_000);
  blur.answers[0]?.(done);
  await first;
  expect(await second).toMatchObject({ at: new Date(START).toISOString() });
  const third = stills.of('west', pictureAt(3_000, 12), 'm', 3_000);
  blur.answers[1]?.(done);
  expect(await third).toMatchObject({ at: new Date(START + 3_000).toISOString() });
});

it('what moves is said and blurred again; pictures far apart say nothing of it', async () => {
  const blur = blurAtOnce();
  const stills = new LiveStills(blur);
  await stills.of('west', pictureAt(0), 'm', 0);
  expect(await stills.of('west', pictureAt(1_000, 12), 'm', 1_000)).toMatchObject({
    moved: true,
    jpeg: jpegOf(1_000),
  });
  // Another one who asks for the same picture or the next one hears the same.
  expect(await stills.of('west', pictureAt(1_000, 12), 'm', 1_100)).toMatchObject({ moved: true });
  expect(await stills.of('west', pictureAt(2_000, 12), 'm', 2_100)).toMatchObject({ moved: true });
  expect(await stills.of('west', pictureAt(9_000, 20), 'm', 9_000)).toMatchObject({
    moved: null,
    jpeg: jpegOf(9_000),
  });
  expect(await stills.of('west', pictureAt(10_000, 20), 'm', 10_000)).toMatchObject({
    moved: false,
  });
  expect(blur.asked).toEqual([0, 1_000, 9_000]);
});

it('what cannot be blurred is not shown, and is tried again; a wall of cameras waits for no other still', async () => {
  const blur = blurring();
  const stills = new LiveStills(blur);
  const first = stills.of('west', pictureAt(0), 'm', 0);
  blur.answers[0]?.({ jpeg: null, missing: 'not-blurred' });
  expect(await first).toEqual({ at: null, jpeg: null, moved: null });
  const early = stills.of('a', pictureAt(0), 'm', 1);
  blur.answers[1]?.(done);
  await early;
  for (const camera of ['b', 'c', 'd']) void stills.of(camera, pictureAt(0), 'm', 1);
  expect(await stills.of('e', pictureAt(0), 'm', 1)).toMatchObject({ at: null, jpeg: null });
  expect(await stills.of('f', null, 'm', 1)).toMatchObject({ at: null, jpeg: null });
  // One that was made keeps its own time, for a minute.
  const old = await stills.of('a', pictureAt(2_000, 12), 'm', 2_000);
  expect(old).toMatchObject({ at: new Date(START).toISOString(), moved: true });
  expect(await stills.of('a', pictureAt(70_000, 12), 'm', 70_000)).toMatchObject({ jpeg: null });
  expect(blur.asked).toHaveLength(5);
});
