import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keyFrame, otherFrame, rtp } from '../testing/rtp-packets.ts';
import { QuickStart } from './quick-start.ts';
import { RecentPictures } from './recent-pictures.ts';

const timeOf = (packet: Buffer) => packet.readUInt32BE(4);
const TICKS = 90;

/** A key frame with its parameters at this time, and so many other pictures 100 ms apart. */
function* group(at: number, others: number): Generator<Buffer> {
  yield rtp({ at, payload: keyFrame.parameters });
  yield rtp({ at, payload: keyFrame.begins });
  yield rtp({ at, payload: keyFrame.goesOn });
  for (let n = 1; n <= others; n++) yield rtp({ at: at + n * 100 * TICKS, payload: otherFrame });
}

describe('the pictures since the last key frame', () => {
  it('begin with its parameters, and are played at once: a millisecond apart, the last one at its own time', () => {
    const recent = new RecentPictures();
    for (const packet of [...group(1_000, 30), ...group(9_000_000, 4)]) recent.take(packet);
    const kept = recent.read();
    expect(kept.map((packet) => packet[12])).toEqual([0x67, 0x7c, 0x7c, 0x41, 0x41, 0x41, 0x41]);
    const last = 9_000_000 + 400 * TICKS;
    const before = [4, 4, 4, 3, 2, 1, 0].map((apart) => last - apart * TICKS);
    expect(kept.map(timeOf)).toEqual(before);
    // Copies: what a viewer gets does not change them.
    kept[0]?.fill(0);
    expect(recent.read()[0]?.[12]).toBe(0x67);
  });

  it('are none before the first key frame, after a restart, and of a group that is too large', () => {
    const recent = new RecentPictures();
    recent.take(rtp({ at: 1, payload: otherFrame }));
    expect(recent.read()).toEqual([]);
    for (const packet of group(5, 2)) recent.take(packet);
    recent.restart();
    recent.take(rtp({ at: 6, payload: otherFrame }));
    expect(recent.read()).toEqual([]);
    for (const packet of group(7, 2)) recent.take(packet);
    for (let n = 0; n < 7_000; n++) {
      recent.take(rtp({ at: 8 + n, payload: Buffer.concat([otherFrame, Buffer.alloc(1_300)]) }));
    }
    expect(recent.read()).toEqual([]);
  });
});

describe('a viewer of the main stream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gets nothing before it is connected, then the last key frame and all after it, in order', () => {
    const recent = new RecentPictures();
    let send: (packet: Buffer) => void = () => {};
    const source = {
      subscribe(receiver: (packet: Buffer) => void) {
        send = receiver;
        return () => {
          send = () => {};
        };
      },
    };
    const camera = (packet: Buffer) => {
      recent.take(packet);
      send(packet);
    };
    const view = new QuickStart(source, recent, () => {});
    const got: number[] = [];
    const leave = view.subscribe((packet) => got.push(packet.readUInt16BE(2)));
    let sequence = 0;
    const next = (payload: Buffer) => {
      sequence += 1;
      camera(rtp({ at: sequence * 6_000, payload, sequence }));
    };
    next(otherFrame);
    next(keyFrame.begins);
    for (let n = 0; n < 60; n++) next(otherFrame);
    expect(got).toEqual([]);
    view.connected();
    vi.advanceTimersByTime(30);
    // The first packets of the burst; what the camera sends meanwhile comes after it.
    expect(got).toEqual(Array.from({ length: 24 }, (_, n) => n + 2));
    next(otherFrame);
    vi.advanceTimersByTime(100);
    next(otherFrame);
    expect(got).toEqual(Array.from({ length: 63 }, (_, n) => n + 2));
    leave();
    next(otherFrame);
    expect(got).toHaveLength(63);
  });
});
