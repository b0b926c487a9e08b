import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StillBlur } from '../blur/still-blur.ts';
import { MADE_MODELS } from '../detect/model-card.ts';
import { loadModels } from '../models-folder.ts';
import { makeClips, type TestClips } from '../testing/clips.ts';
import { startSimulator, type TestSimulator } from '../testing/simulator.ts';
import { testAddress } from './test-address.ts';

/** Addresses that are tried before they are saved, against a real RTSP server and real ffmpeg. */
let clips: TestClips;
let simulator: TestSimulator;
/** Takes connections and says nothing. */
let silent: Server;
const open = new Set<Socket>();
const SECRET = 'wr0ng-secret';
const log = pino({ level: 'silent' });
let blur: StillBlur;

beforeAll(async () => {
  const models = resolve(import.meta.dirname, '../../../models');
  blur = StillBlur.of(loadModels(models, MADE_MODELS, log), log);
  [clips, simulator] = await Promise.all([makeClips(), startSimulator()]);
  await simulator.mount('gate', { file: clips.h264 });
  await simulator.mount('h265', { file: clips.hevc });
  await simulator.mount('locked', { file: clips.h264, username: 'eye', password: 'right-one' });
  await simulator.mount('sound', { audioOnly: true });
  silent = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await blur?.close();
  for (const socket of open) socket.destroy();
  silent?.close();
  await simulator?.close();
  await clips?.remove();
});

const tryIt = (
  address: string,
  variables: Record<string, string> = {},
  by: Pick<StillBlur, 'make'> = blur,
) =>
  testAddress(
    { kind: 'test', camera: 'gate', address, transport: 'tcp' },
    { worker: 'worker-1', variables, baseFolder: '/', blur: by },
  );

test('a camera that works: connection, codec, size, rate, time to the first picture, and the picture', async () => {
  const found = await tryIt(simulator.url('locked', 'eye:right-one'));
  expect(found).toMatchObject({
    worker: 'worker-1',
    address: `rtsp://***@127.0.0.1:${simulator.rtspPort}/locked`,
    message: null,
    signedIn: true,
    stream: { codec: 'h264', width: 320, height: 180, fps: 10 },
  });
  // On a busy machine it may be called slow; it works all the same.
  expect(['ok', 'slow']).toContain(found.outcome);
  expect(found.connectMs).toBeGreaterThanOrEqual(0);
  expect(found.firstPictureMs).toBeGreaterThan(0);
  const still = await sharp(Buffer.from(found.still!, 'base64')).metadata();
  expect([still.format, still.width, still.height]).toEqual(['jpeg', 320, 180]);
  expect(found.missing).toBeNull();
});

test('its picture is what the blurring gave, and there is none where that gave none', async () => {
  const address = simulator.url('locked', 'eye:right-one');
  const asked: unknown[] = [];
  const jpeg = Buffer.from('blurred');
  const given = await tryIt(
    address,
    {},
    {
      make: async ({ picture }) => {
        asked.push(picture);
        return { jpeg, missing: null };
      },
    },
  );
  expect(asked).toEqual([{ encoded: expect.any(Buffer) }]);
  expect(given).toMatchObject({ still: jpeg.toString('base64'), missing: null });
  const none = { make: async () => ({ jpeg: null, missing: 'not-blurred' as const }) };
  const without = await tryIt(address, {}, none);
  // The address works all the same.
  expect(['ok', 'slow']).toContain(without.outcome);
  expect(without).toMatchObject({ still: null, missing: 'not-blurred' });
});

test('H.265 is taken, and a variable of the worker stands for the address', async () => {
  const variables = { ANSHI_CAMERA_GATE: simulator.url('h265').slice('rtsp://'.length) };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the variable.
  const found = await tryIt('rtsp://${ANSHI_CAMERA_GATE}', variables);
  expect(found.stream).toMatchObject({ codec: 'hevc' });
  expect(found.still).not.toBeNull();
});

const tries: [string, () => string, string, boolean | null][] = [
  ['a wrong password', () => simulator.url('locked', `eye:${SECRET}`), 'wrong-password', false],
  ['no such stream', () => simulator.url('nowhere', `eye:${SECRET}`), 'no-stream', null],
  ['only sound', () => simulator.url('sound'), 'no-video', null],
  ['nothing that listens', () => `rtsp://eye:${SECRET}@127.0.0.1:1/x`, 'refused', null],
  ['an unknown name', () => `rtsp://eye:${SECRET}@camera.invalid/x`, 'name-not-found', null],
  ['a file', () => 'file:/etc/passwd', 'invalid', null],
  ['a forbidden variable', () => 'rtsp://h/$' + '{ANSHI_BUS_KEY}', 'invalid', null],
];
test.each(tries)(
  '%s is told apart, without the password',
  async (_, address, outcome, signedIn) => {
    const found = await tryIt(address());
    expect(found).toMatchObject({ outcome, still: null });
    expect(found.message).not.toBeNull();
    if (signedIn !== null) expect(found.signedIn).toBe(signedIn);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  },
);

test('one that takes the connection and says nothing gives no answer', async () => {
  const { port } = silent.address() as AddressInfo;
  const found = await tryIt(`rtsp://eye:${SECRET}@127.0.0.1:${port}/x`);
  expect(found).toMatchObject({ outcome: 'no-answer', stream: null });
  expect(found.connectMs).not.toBeNull();
  expect(JSON.stringify(found)).not.toContain(SECRET);
}, 60_000);
