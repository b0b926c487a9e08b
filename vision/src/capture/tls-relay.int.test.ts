import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import type { CameraConfig } from '@anshi/contracts';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { RtpIngest } from '../live/rtp-ingest.ts';
import { makeClips, type TestClips } from '../testing/clips.ts';
import { startSimulator, type TestSimulator } from '../testing/simulator.ts';
import { CameraCapture } from './camera-capture.ts';
import { findFfmpeg } from './ffmpeg-tool.ts';
import { resolveSource } from './source.ts';

let clips: TestClips;
let simulator: TestSimulator;
let folder: string;
/** The simulator behind TLS, with a certificate for `gate.plant` alone. */
let camera: Server;
const open: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-tls-'));
  [clips, simulator] = await Promise.all([makeClips(), startSimulator()]);
  await simulator.mount('gate', { file: clips.h264, username: 'eye', password: 'right-one' });
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'gate.plant' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'gate.plant' }] }],
  });
  await writeFile(join(folder, 'ca.pem'), cert);
  camera = createServer({ key, cert }, (socket) => {
    const inner = connect(simulator.rtspPort, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    socket.on('error', () => inner.destroy());
    inner.on('error', () => socket.destroy());
    inner.on('close', () => socket.destroy());
  });
  camera.listen(0, '127.0.0.1');
  await once(camera, 'listening');
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
afterAll(async () => {
  camera?.close();
  await simulator?.close();
  await clips?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Watches the camera until it is live or has a fault. */
async function watch(tls: CameraConfig['tls'], user = 'eye:right-one') {
  const { port } = camera.address() as AddressInfo;
  const config = {
    id: 'gate',
    url: `rtsps://${user}@127.0.0.1:${port}/gate`,
    tls,
    transport: 'tcp',
    picture: [640, 360],
    analysisFps: 5,
  } as CameraConfig;
  const ingest = await RtpIngest.open(() => {});
  const settled = new Promise<CameraCapture['state']>((resolve) => {
    const capture: CameraCapture = new CameraCapture({
      camera: config,
      resolveSource: () => resolveSource(config, {}, folder),
      ffmpeg,
      folder,
      keepRing: async () => false,
      livePort: ingest.port,
      rtpTimestampOf: () => null,
      stallSeconds: 10,
      log: pino({ level: 'silent' }),
      onFrame: (frame) => frame.release(),
      onSegment: () => {},
      onStart: () => {},
      onChange: () => {
        if (capture.state.state !== 'connecting') resolve(capture.state);
      },
    });
    capture.start();
    open.push(async () => {
      await capture.stop();
      ingest.close();
    });
  });
  return settled;
}
const ffmpeg = await findFfmpeg();

test('[SEC-01] a camera with a certificate that is trusted is watched', async () => {
  const state = await watch({ verify: true, ca: 'ca.pem', name: 'gate.plant' });
  expect(state).toMatchObject({ state: 'live', fault: null });
});

test('[SEC-01] a camera with an untrusted certificate, or one for another name, is refused', async () => {
  const unknown = await watch(undefined);
  expect(unknown.fault).toMatchObject({
    code: 'untrusted-certificate',
    message: expect.stringContaining('tls.ca in cameras.yaml'),
  });
  const other = await watch({ verify: true, ca: 'ca.pem' });
  expect(other.fault?.code).toBe('untrusted-certificate');
  expect(JSON.stringify([unknown, other])).not.toContain('right-one');
});

test('a camera with verification off is connected without a check; a wrong password is reported as such', async () => {
  expect(await watch({ verify: false })).toMatchObject({ state: 'live' });
  const wrong = await watch({ verify: false }, 'eye:wr0ng-secret');
  expect(wrong.fault?.code).toBe('unauthorized');
  expect(JSON.stringify(wrong)).not.toContain('wr0ng-secret');
});

test('a certificate file that is not there is a fault of the configuration', async () => {
  const { fault } = await watch({ verify: true, ca: 'nowhere.pem' });
  expect(fault).toMatchObject({
    code: 'configuration',
    message: expect.stringContaining('nowhere.pem'),
  });
});
