import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraConfig } from '@anshi/contracts';
import { type CutProxy, openCutProxy } from '@anshi/contracts/testing/cut-proxy';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { RtpIngest } from '../live/rtp-ingest.ts';
import { makeClips, type TestClips } from '../testing/clips.ts';
import { startSimulator, type TestSimulator } from '../testing/simulator.ts';
import { CameraCapture } from './camera-capture.ts';
import { findFfmpeg } from './ffmpeg-tool.ts';
import { resolveSource } from './source.ts';

let clips: TestClips;
let simulator: TestSimulator;
let folder: string;

beforeAll(async () => {
  [clips, simulator] = await Promise.all([makeClips(), startSimulator()]);
  folder = await mkdtemp(join(tmpdir(), 'anshi-second-'));
  await simulator.mount('gate', {
    file: clips.h264,
    username: 'viewer',
    password: 'secret-of-the-test',
  });
});
afterAll(async () => {
  await simulator?.close();
  await clips?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A camera that is reached over two networks. */
async function openCamera(use: (camera: Camera) => Promise<void>): Promise<void> {
  const [first, second] = await Promise.all([
    openCutProxy(simulator.rtspPort),
    openCutProxy(simulator.rtspPort),
  ]);
  const ingest = await RtpIngest.open(() => {});
  const ffmpeg = await findFfmpeg();
  const urlOf = ({ port }: CutProxy) =>
    `rtsp://viewer:\${ANSHI_CAMERA_GATE}@127.0.0.1:${port}/gate`;
  const config = {
    id: 'gate',
    url: urlOf(first),
    secondUrl: urlOf(second),
    transport: 'tcp',
    picture: [640, 360],
    analysisFps: 5,
  } as CameraConfig;
  const env = { ANSHI_CAMERA_GATE: 'secret-of-the-test' };
  const history: string[] = [];
  const frames: number[] = [];
  const waiters = new Set<() => void>();
  const wake = () => {
    for (const waiter of [...waiters]) waiter();
  };
  const capture: CameraCapture = new CameraCapture({
    camera: config,
    resolveSource: (which) =>
      resolveSource(
        { ...config, url: (which === 'second' && config.secondUrl) || config.url },
        env,
        '/',
      ),
    ffmpeg,
    folder,
    keepRing: async () => true,
    livePort: ingest.port,
    rtpTimestampOf: () => null,
    stallSeconds: 20,
    second: { stayMs: 3_000, everyMs: 1_000 },
    log: pino({ level: 'silent' }),
    onFrame: (frame) => {
      frames.push(performance.now());
      frame.release();
      wake();
    },
    onSegment: () => {},
    onStart: () => ingest.restart(),
    onChange: () => {
      const { state, fault, address } = capture.state;
      history.push(JSON.stringify([new Date().toISOString(), state, fault?.message, address]));
      wake();
    },
  });
  onTestFailed(() => console.log(history.join('\n')));
  capture.start();
  const until = async (done: () => boolean) => {
    while (!done()) {
      await new Promise<void>((resolve) => {
        const waiter = () => {
          waiters.delete(waiter);
          resolve();
        };
        waiters.add(waiter);
      });
    }
  };
  const more = (count = 3) => {
    const before = frames.length;
    return until(() => frames.length >= before + count);
  };
  try {
    await use({ capture, first, second, history, frames, until, more });
  } finally {
    await capture.stop();
    ingest.close();
    await Promise.all([first.close(), second.close()]);
  }
}
interface Camera {
  capture: CameraCapture;
  first: CutProxy;
  second: CutProxy;
  history: string[];
  /** When pictures came. */
  frames: number[];
  until(done: () => boolean): Promise<void>;
  /** So many more pictures. */
  more(count?: number): Promise<void>;
}

const LONG = { timeout: 120_000 };

describe('a camera with a second address', LONG, () => {
  test('[DQ-10] goes over where the first network is cut, and back when it works again', async () => {
    await openCamera(async ({ capture, first, second, history, frames, until, more }) => {
      await more();
      expect(capture.state.address).toEqual({ inUse: 'first', lost: null });
      expect(second.open).toBe(0);

      first.cut();
      const cutAt = performance.now();
      await until(
        () => capture.state.state === 'live' && capture.state.address?.inUse === 'second',
      );
      await more();
      // Two attempts with a second between them, and the connection; not the minutes of a backoff.
      expect((frames.at(-1) as number) - cutAt).toBeLessThan(20_000);
      expect(capture.state).toMatchObject({
        fault: null,
        address: { lost: { since: expect.any(Number), message: expect.stringContaining('gate') } },
      });

      // The first is looked at while pictures of the second go on.
      first.mend();
      const count = capture.meter.read().reconnectsLastHour;
      await until(
        () => capture.state.address?.inUse === 'first' && capture.state.address.lost === null,
      );
      await more();
      expect(second.open).toBe(0);
      expect(capture.state).toMatchObject({ state: 'live', fault: null });
      // Going back is no fault of the camera.
      expect(capture.meter.read().reconnectsLastHour).toBe(count);
      expect(history.join('\n')).not.toContain('secret-of-the-test');
    });
  });

  test('[DQ-10] goes over within seconds where the first network falls silent', async () => {
    await openCamera(async ({ capture, first, frames, until, more }) => {
      await more();
      first.silence();
      const silentAt = performance.now();
      await until(
        () => capture.state.state === 'live' && capture.state.address?.inUse === 'second',
      );
      await more();
      expect((frames.at(-1) as number) - silentAt).toBeLessThan(25_000);
      expect(capture.state.address?.lost?.code).toBe('stalled');
    });
  });

  test('keeps trying both where neither gives a picture, and takes the one that comes back', async () => {
    await openCamera(async ({ capture, first, second, until, more }) => {
      await more();
      first.cut();
      second.cut();
      await until(() => capture.state.address?.inUse === 'second');
      await until(() => capture.state.address?.inUse === 'first');
      second.mend();
      await until(() => capture.state.state === 'live');
      expect(capture.state.address?.inUse).toBe('second');
      await more();
    });
  });
});
