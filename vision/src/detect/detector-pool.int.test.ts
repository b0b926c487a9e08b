import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Frame } from '../frame.ts';
import { clipFrames } from '../pipeline/clip-frames.ts';
import { anySize, constantModel, testCard, WeightsFolder } from '../testing/tiny-models.ts';
import { DetectorPool, LostFrame } from './detector-pool.ts';
import { FrameScheduler } from './frame-scheduler.ts';
import { loadPpeCard } from './model-card.ts';
import { ModelRunner } from './model-runner.ts';
import { StillCheck } from './still-check.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));

function grey(sequence: number, onRelease = () => {}): Frame {
  const pixels = new SharedArrayBuffer(320 * 180 * 1.5);
  new Uint8Array(pixels).fill(128);
  return {
    camera: 'c',
    sequence,
    at: sequence,
    width: 320,
    height: 180,
    pixels,
    release: onRelease,
  };
}

/** The first frames of a rendered clip. */
async function framesOf(name: string, count: number): Promise<Frame[]> {
  const file = join(import.meta.dirname, '../../../simulator/clips', `${name}.mp4`);
  const frames: Frame[] = [];
  const size = { width: 1280, height: 720, startAt: 0, fps: 5 };
  for await (const frame of clipFrames({ file, camera: name, ...size, slots: count + 3 })) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  return frames;
}

describe('DetectorPool', () => {
  let pool: DetectorPool;
  const breakdowns: Error[] = [];
  beforeAll(async () => {
    pool = await DetectorPool.create({
      cards: [card],
      threads: 1,
      onBreakdown: (error) => breakdowns.push(error),
    });
  });
  afterAll(() => pool.close());

  it('reports stage times, and accepts as many frames as it has threads', async () => {
    expect(pool.free).toBe(2);
    const answers = [pool.detect(grey(0)), pool.detect(grey(1))];
    expect(pool.free).toBe(0);
    await expect(pool.detect(grey(2))).rejects.toThrow('no inference thread is free');
    for (const { detections, timings } of await Promise.all(answers)) {
      expect(detections.filter(({ score }) => score > 0.5)).toEqual([]);
      expect(timings.infer).toBeGreaterThan(0);
      expect(timings.prepare).toBeGreaterThan(0);
    }
  });

  it('runs no model on a picture that is like the last empty one, where that is allowed', async () => {
    const memory = StillCheck.create(320, 180);
    const first = await pool.detect(grey(0), { rest: { memory, allowed: true } });
    expect(first.rested).toBeUndefined();
    const second = await pool.detect(grey(1), { rest: { memory, allowed: true } });
    expect(second).toMatchObject({ rested: true, detections: [], regions: 0 });
    expect(second.timings.infer).toBe(0);
    const asked = await pool.detect(grey(2), { rest: { memory, allowed: false } });
    expect(asked.timings.infer).toBeGreaterThan(0);
    const moved = grey(3);
    new Uint8Array(moved.pixels).fill(60, 320 * 80, 320 * 100);
    const seen = await pool.detect(moved, { rest: { memory, allowed: true } });
    expect(seen.timings.infer).toBeGreaterThan(0);
  });

  it('reads the crops of a frame in several threads, with the result of one', async () => {
    const [frame] = await framesOf('hall-east', 1);
    const { width, height } = frame!;
    const people = Array.from({ length: 4 }, (_, i) => [300 * i + 40, 200, 300 * i + 90, 340]);
    const options = { targets: people as Box[], regionBudget: 4, regionPixels: 1e6 };
    const runner = await ModelRunner.load(card, (work) => work());
    const alone = await runner.detect(frame!, 0, options);
    expect(alone.regions).toBeGreaterThan(1);
    const before = pool.helpedCrops;
    const together = await pool.detect(frame!, options);
    expect({ width, height, ...together, timings: null }).toEqual({
      width,
      height,
      ...alone,
      timings: null,
    });
    expect(pool.helpedCrops).toBeGreaterThan(before);
    expect(pool.free).toBe(2);
    await runner.close();
  });

  it('answers a frame whose crops fail once nobody reads it any more', async () => {
    const weights = new WeightsFolder();
    // The cells of the full pass of 128 x 96; a crop of 128 x 128 has more, so each of them fails.
    const dims = [1, 240, 10];
    const output = { name: 'output', dims, values: new Float32Array(2400) };
    const failing = await DetectorPool.create({
      cards: [
        testCard(weights.write(constantModel(anySize, [output])), {
          output: { head: 'yolox-grid', name: 'output', strides: [8, 16] },
        }),
      ],
      threads: 3,
    });
    try {
      const box = (left: number): Box => [left, 60, left + 20, 120];
      const targets = [0, 60, 120, 180, 240].map(box);
      const options = { targets, regionBudget: 5, regionPixels: 1e6 };
      for (let n = 0; n < 20; n++) {
        await expect(failing.detect(grey(n), options)).rejects.toThrow('its card declares');
        expect(failing.free).toBe(4);
      }
      await expect(failing.detect(grey(20))).resolves.toMatchObject({ regions: 0 });
    } finally {
      await failing.close();
      weights.remove();
    }
  });

  it('refuses an unknown model, and continues', async () => {
    await expect(pool.detect(grey(0), { model: 'other' })).rejects.toThrow('no model "other"');
    await expect(pool.detect(grey(1))).resolves.toBeDefined();
  });

  it('replaces a failed thread; its frame is lost and counted, the next is analysed', async () => {
    const errors: Error[] = [];
    let released = 0;
    let analysed = () => {};
    const done = new Promise<void>((resolve) => {
      analysed = resolve;
    });
    const scheduler = new FrameScheduler({
      detector: pool,
      onDetections: (frame) => {
        if (frame.sequence === 1) analysed();
      },
      onError: (_, error) => errors.push(error),
    });
    const gone = pool.workers.map(
      (worker) => new Promise((resolve) => worker.once('exit', resolve)),
    );
    // A malformed message crashes both threads: the one with the frame, the idle one. It is sent
    // before the frame, because a fast thread would be done with that.
    for (const worker of pool.workers) worker.postMessage(null);
    scheduler.offer(grey(0, () => released++));
    await Promise.all(gone);
    scheduler.offer(grey(1, () => released++));
    await done;
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors[0]).toBeInstanceOf(LostFrame);
    expect(breakdowns).toHaveLength(2);
    expect(scheduler.load('c')).toEqual({ offered: 2, analysed: 1, dropped: 1 });
    expect(released).toBe(2);
    scheduler.close();
  });

  it('says how the weights differ from the card', async () => {
    const wrong = { ...card, output: { ...card.output, name: 'boxes' } };
    await expect(DetectorPool.create({ cards: [wrong], threads: 1 })).rejects.toThrow(
      'output.name: the card says "boxes", the weights have output',
    );
    await expect(DetectorPool.create({ cards: [], threads: 1 })).rejects.toThrow(
      'at least one model',
    );
    await expect(DetectorPool.create({ cards: [card], threads: 0 })).rejects.toThrow('not 0');
  });

  it('takes no frame while its threads load the models, which is no problem to report', async () => {
    const opening = DetectorPool.begin({ cards: [card], threads: 1 });
    expect(opening.free).toBe(0);
    expect(opening.problem).toBeNull();
    await expect(opening.detect(grey(0))).rejects.toThrow('no inference thread is free');
    const waiting = new FrameScheduler({ detector: opening, onDetections: () => {} });
    waiting.offer(grey(1));
    await opening.opened;
    await vi.waitFor(() => expect(waiting.load('c').analysed).toBe(1), { timeout: 10_000 });
    waiting.close();
    await opening.close();
    expect(opening.problem).toContain('no inference thread runs');
  });

  it('runs under plain `node` from any folder, and does not keep the process alive', async () => {
    const here = (file: string) => JSON.stringify(join(import.meta.dirname, file));
    const program = `
      const { DetectorPool } = await import(${here('detector-pool.ts')});
      const { loadPpeCard } = await import(${here('model-card.ts')});
      const card = loadPpeCard(${here('../../../models/ppe')});
      const pool = await DetectorPool.create({ cards: [card], threads: 1 });
      const pixels = new SharedArrayBuffer(64 * 64 * 1.5);
      const frame = { camera: 'c', sequence: 0, at: 0, width: 64, height: 64, pixels, release() {} };
      const { regions } = await pool.detect(frame);
      await pool.close();
      console.log('regions', regions);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: '/',
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const [code] = await once(child, 'close');
    expect(output.trim()).toBe('regions 0');
    expect(code).toBe(0);
  });
});
