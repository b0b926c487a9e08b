import { expect, it } from 'vitest';
import type { BlurredStill, ToBlur } from '../blur/still-blur.ts';
import { LiveStills } from './live-stills.ts';

const picture = {
  width: 2,
  height: 2,
  pixels: new ArrayBuffer(6),
  at: 1_700_000_000_000,
  boxes: [],
};
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
const done: BlurredStill = { jpeg: Buffer.from('jpeg'), missing: null };

it('a still is blurred once for all who open the camera, and again when it is old', async () => {
  const blur = blurring();
  const stills = new LiveStills(blur);
  const [first, second] = [
    stills.of('west', picture, 'm', 0),
    stills.of('west', picture, 'm', 900),
  ];
  blur.answers[0]?.(done);
  expect(await first).toEqual({
    at: '2023-11-14T22:13:20.000Z',
    jpeg: Buffer.from('jpeg').toString('base64'),
  });
  expect(await second).toEqual(await first);
  expect(blur.asked).toHaveLength(1);
  void stills.of('west', picture, 'm', 10_001);
  expect(blur.asked).toHaveLength(2);
});

it('what cannot be blurred is not shown, and is tried again; a wall of cameras waits for no other still', async () => {
  const blur = blurring();
  const stills = new LiveStills(blur);
  const first = stills.of('west', picture, 'm', 0);
  blur.answers[0]?.({ jpeg: null, missing: 'not-blurred' });
  expect(await first).toEqual({ at: null, jpeg: null });
  for (const camera of ['a', 'b', 'c']) void stills.of(camera, picture, 'm', 1);
  expect(await stills.of('d', picture, 'm', 1)).toEqual({ at: null, jpeg: null });
  expect(await stills.of('e', null, 'm', 1)).toEqual({ at: null, jpeg: null });
  expect(blur.asked).toHaveLength(4);
});
