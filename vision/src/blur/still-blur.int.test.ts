import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MADE_MODELS } from '../detect/model-card.ts';
import { rgbToI420 } from '../evaluate/rgb-to-i420.ts';
import { diagnose } from '../health/diagnosis.ts';
import { smallPicture } from '../health/small-picture.ts';
import { loadModels, type Models } from '../models-folder.ts';
import { StillBlur } from './still-blur.ts';

/** Stills of a hall with people, blurred by the models that the project ships. */
const root = resolve(import.meta.dirname, '../../..');
const log = pino({ level: 'silent' });
let models: Models;
let blur: StillBlur;
let encoded: Buffer;

beforeAll(async () => {
  models = loadModels(resolve(root, 'models'), MADE_MODELS, log);
  blur = StillBlur.of(models, log);
  const hall = resolve(root, 'simulator/clips/hall-west.mp4');
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    [
      '-v',
      'error',
      '-ss',
      '5',
      '-i',
      hall,
      '-frames:v',
      '1',
      '-c:v',
      'png',
      '-f',
      'image2pipe',
      '-',
    ],
    { encoding: 'buffer', maxBuffer: 20_000_000 },
  );
  encoded = stdout;
});
afterAll(() => blur?.close());

const IN_TIME_MS = 90_000;
const rawOf = (bytes: Buffer, size?: { width: number; height: number }) =>
  sharp(bytes)
    .resize(size ?? {})
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });

/** Share of the pixels that differ clearly. */
function changed(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let at = 0; at < a.length; at += 3) {
    const by =
      Math.abs(a[at]! - b[at]!) +
      Math.abs(a[at + 1]! - b[at + 1]!) +
      Math.abs(a[at + 2]! - b[at + 2]!);
    if (by > 90) count++;
  }
  return count / (a.length / 3);
}

test('paints over the heads of a picture and leaves the hall as it is', async () => {
  const made = await blur.make({ picture: { encoded }, boxes: [], model: 'ppe' }, IN_TIME_MS);
  expect(made.missing).toBeNull();
  const [before, after] = [await rawOf(encoded), await rawOf(made.jpeg!)];
  expect([after.info.width, after.info.height]).toEqual([before.info.width, before.info.height]);
  const share = changed(before.data, after.data);
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(0.05);
});

test('the still of a diagnosis is blurred where the worker saw a head', async () => {
  const { data, info } = await rawOf(encoded);
  const { width, height } = info;
  const pixels = rgbToI420(data, width, height);
  const frame = {
    camera: 'gate',
    sequence: 0,
    at: Date.now(),
    width,
    height,
    pixels,
    release: () => {},
  };
  // A head as the detector reported it; the blurring itself would find nothing there.
  const head = { label: 'head', score: 0.9, box: [40, 40, 240, 240] as never };
  const last = smallPicture(frame, [head]);
  expect(last).toMatchObject({ width: 320, boxes: [{ box: [10, 10, 60, 60] }] });
  const still = async (boxes: typeof last.boxes) => {
    const found = await diagnose({
      worker: 'worker-1',
      config: { id: 'gate', transport: 'tcp', model: 'ppe' },
      health: { state: 'fault', fault: null } as never,
      log: [],
      last: () => ({ ...last, boxes }),
      source: () => {
        throw new Error('no address');
      },
      blur,
    });
    expect(found.missing).toBeNull();
    return (await rawOf(Buffer.from(found.still!.jpeg, 'base64'))).data;
  };
  const [plain, painted] = [await still([]), await still(last.boxes)];
  const row = (bytes: Buffer, y: number) => bytes.subarray((y * 320 + 20) * 3, (y * 320 + 50) * 3);
  expect(row(plain, 45).equals(row(painted, 45))).toBe(false);
  expect(new Set(row(painted, 45)).size).toBeLessThan(new Set(row(plain, 45)).size + 40);
});

test('what cannot be blurred is not given: no model, no picture, or too late', async () => {
  const broken = [...models.ppe].map(
    ([name, card]) => [name, { ...card, weightsPath: '/no/such.onnx' }] as const,
  );
  const none = StillBlur.of({ ...models, ppe: new Map(broken) } as Models, log);
  const still = { picture: { encoded }, boxes: [], model: 'ppe' };
  try {
    expect(await none.make(still, IN_TIME_MS)).toEqual({ jpeg: null, missing: 'not-blurred' });
  } finally {
    await none.close();
  }
  expect(await none.make(still, IN_TIME_MS)).toEqual({ jpeg: null, missing: 'not-blurred' });
  const noPicture = { ...still, picture: { encoded: Buffer.from('no picture') } };
  expect(await blur.make(noPicture, IN_TIME_MS)).toEqual({ jpeg: null, missing: 'not-blurred' });
  expect(await blur.make(still, 1)).toEqual({ jpeg: null, missing: 'not-blurred' });
  // And the next one is blurred all the same.
  expect((await blur.make(still, IN_TIME_MS)).missing).toBeNull();
});
