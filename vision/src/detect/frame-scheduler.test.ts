import { describe, expect, it } from 'vitest';
import type { Frame, FrameDetections } from '../frame.ts';
import { type Detector, FrameScheduler } from './frame-scheduler.ts';

const NOTHING: FrameDetections = {
  detections: [],
  regions: 0,
  timings: { wait: 0, prepare: 0, infer: 0, decode: 0 },
};

/** A detector whose results the test provides. */
class HandDetector implements Detector {
  readonly work: { frame: Frame; answer: () => void; fail: () => void }[] = [];
  readonly #threads: number;
  #listener: () => void = () => {};
  constructor(threads: number) {
    this.#threads = threads;
  }
  get free() {
    return this.#threads - this.work.length;
  }
  onFree(listener: () => void) {
    this.#listener = listener;
    return () => {};
  }
  detect(frame: Frame) {
    return new Promise<FrameDetections>((resolve, reject) => {
      const done = () => {
        this.work.splice(
          this.work.findIndex((one) => one.frame === frame),
          1,
        );
      };
      this.work.push({
        frame,
        answer: () => {
          done();
          resolve(NOTHING);
          this.#listener();
        },
        fail: () => {
          done();
          reject(new Error('thread failed'));
          this.#listener();
        },
      });
    });
  }
}

const released: string[] = [];
function frame(camera: string, sequence: number): Frame {
  return {
    camera,
    sequence,
    at: sequence,
    width: 2,
    height: 2,
    pixels: new SharedArrayBuffer(6),
    release: () => released.push(`${camera}${sequence}`),
  };
}

function setUp(threads: number, onDetections: (frame: Frame) => void | Promise<void> = () => {}) {
  released.length = 0;
  const detector = new HandDetector(threads);
  const errors: string[] = [];
  const clock = { now: 0 };
  const scheduler = new FrameScheduler({
    detector,
    now: () => clock.now,
    onDetections,
    onError: (_, error) => errors.push(error.message),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { detector, scheduler, errors, settle, clock };
}

describe('FrameScheduler', () => {
  it('analyses a burst of three frames, the oldest first', async () => {
    const { detector, scheduler, settle } = setUp(1);
    for (let i = 0; i < 3; i++) scheduler.offer(frame('a', i));
    for (let i = 0; i < 3; i++) {
      expect(detector.work.map((one) => one.frame.sequence)).toEqual([i]);
      detector.work[0]!.answer();
      await settle();
    }
    expect(scheduler.load('a')).toEqual({ offered: 3, analysed: 3, dropped: 0 });
  });

  it('releases the oldest that wait where more come, and counts them as dropped', async () => {
    const { detector, scheduler, settle } = setUp(1);
    for (let i = 0; i < 5; i++) scheduler.offer(frame('a', i));
    expect(released).toEqual(['a1', 'a2']);
    detector.work[0]!.answer();
    await settle();
    expect(detector.work[0]!.frame.sequence).toBe(3);
    expect(scheduler.load('a')).toEqual({ offered: 5, analysed: 1, dropped: 2 });
  });

  it('lets only the newest frame wait while a camera has no pause, and a burst after one', async () => {
    const { detector, scheduler, settle, clock } = setUp(1);
    const answer = async () => {
      detector.work[0]!.answer();
      await settle();
    };
    // A frame each 100 ms, and each takes 200.
    for (let i = 0; i < 20; i++) {
      clock.now = i * 100;
      if (i % 2 === 0 && i > 0) await answer();
      scheduler.offer(frame('a', i));
    }
    // The one in progress came 100 ms before the newest: no queue adds to that.
    expect(detector.work[0]!.frame.sequence).toBe(17);
    expect(released.at(-1)).toBe('a18');
    await answer();
    expect(detector.work[0]!.frame.sequence).toBe(19);
    await answer();
    released.length = 0;
    clock.now = 3000;
    for (let i = 20; i < 23; i++) scheduler.offer(frame('a', i));
    expect(released).toEqual([]);
  });

  it('serves the camera that waited longest, however often another offers', async () => {
    const served: string[] = [];
    const { detector, scheduler, settle } = setUp(1, ({ camera }) => void served.push(camera));
    for (let turn = 0; turn < 12; turn++) {
      for (const camera of ['a', 'b', 'c']) scheduler.offer(frame(camera, turn));
      scheduler.offer(frame('a', turn + 0.5));
      detector.work[0]!.answer();
      await settle();
    }
    const count = (camera: string) => served.filter((one) => one === camera).length;
    expect([count('a'), count('b'), count('c')]).toEqual([4, 4, 4]);
  });

  it('processes one frame of a camera at a time, so that results keep their order', async () => {
    const { detector, scheduler, settle } = setUp(2);
    scheduler.offer(frame('a', 0));
    scheduler.offer(frame('a', 1));
    expect(detector.work).toHaveLength(1);
    scheduler.offer(frame('b', 0));
    expect(detector.work).toHaveLength(2);
    detector.work[0]!.answer();
    await settle();
    expect(detector.work.map((one) => `${one.frame.camera}${one.frame.sequence}`)).toEqual([
      'b0',
      'a1',
    ]);
  });

  it('holds the pixels until the handler has finished', async () => {
    let finish: () => void = () => {};
    const { detector, scheduler, settle } = setUp(
      1,
      () =>
        new Promise<void>((r) => {
          finish = r;
        }),
    );
    scheduler.offer(frame('a', 0));
    detector.work[0]!.answer();
    await settle();
    expect(released).toEqual([]);
    finish();
    await settle();
    expect(released).toEqual(['a0']);
  });

  it('counts a frame that was lost with its thread as dropped, and continues', async () => {
    const { detector, scheduler, errors, settle } = setUp(1);
    scheduler.offer(frame('a', 0));
    scheduler.offer(frame('a', 1));
    detector.work[0]!.fail();
    await settle();
    expect(errors).toEqual(['thread failed']);
    expect(detector.work[0]!.frame.sequence).toBe(1);
    expect(scheduler.load('a')).toEqual({ offered: 2, analysed: 0, dropped: 1 });
    expect(released).toEqual(['a0']);
  });

  it('drops what waits of a camera that stays, and nothing of the others', async () => {
    const { detector, scheduler, settle } = setUp(1);
    scheduler.offer(frame('a', 0));
    scheduler.offer(frame('b', 0));
    scheduler.offer(frame('c', 0));
    scheduler.drop('b');
    scheduler.drop('nowhere');
    expect(released).toEqual(['b0']);
    expect(scheduler.load('b')).toEqual({ offered: 1, analysed: 0, dropped: 1 });
    detector.work[0]!.answer();
    await settle();
    expect(detector.work[0]!.frame.camera).toBe('c');
  });

  it('releases all frames when it is closed or a camera is removed', async () => {
    const { detector, scheduler, settle } = setUp(1);
    scheduler.offer(frame('a', 0));
    scheduler.offer(frame('b', 0));
    scheduler.remove('b');
    scheduler.offer(frame('c', 0));
    scheduler.close();
    scheduler.offer(frame('a', 1));
    detector.work[0]!.answer();
    await settle();
    expect([...released].sort()).toEqual(['a0', 'a1', 'b0', 'c0']);
  });

  it('sheds the load of a camera whose frames are late, and of no other', async () => {
    const { detector, scheduler, settle, clock } = setUp(2);
    for (let ms = 0; ms < 20_000; ms += 50) {
      clock.now = ms;
      if (ms % 100 === 0) scheduler.offer(frame('slow', ms));
      if (ms % 200 === 0) scheduler.offer(frame('quick', ms));
      // A frame of the one camera takes 200 ms, of the other one 50.
      for (const one of [...detector.work]) {
        const isDone = one.frame.camera === 'quick' || ms % 200 === 150;
        if (isDone) one.answer();
      }
      await settle();
    }
    expect(scheduler.load('quick').dropped).toBe(0);
    expect(scheduler.shedding('slow')).toBeGreaterThan(0.5);
    expect(scheduler.shedding('quick')).toBe(0);
    expect(scheduler.shedding('unknown')).toBe(0);
  });

  it('sheds no load of a camera that sends its frames in clumps, with a pause after each', async () => {
    const { detector, scheduler, settle, clock } = setUp(1);
    for (let ms = 0; ms < 20_000; ms += 50) {
      clock.now = ms;
      if (ms % 1000 === 0) for (let n = 0; n < 5; n++) scheduler.offer(frame('radio', ms + n));
      if (ms % 100 === 50) detector.work[0]?.answer();
      await settle();
    }
    expect(scheduler.load('radio').dropped).toBeGreaterThan(0);
    expect(scheduler.shedding('radio')).toBe(0);
  });
});
