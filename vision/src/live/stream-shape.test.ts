import { describe, expect, it } from 'vitest';
import { StreamShape } from './stream-shape.ts';

const TICKS = 90_000;
/** A packet with a payload at a time of the stream, s. */
function packet(seconds: number, payload: readonly number[], first = 0): Buffer {
  const bytes = Buffer.alloc(12 + payload.length);
  bytes.writeUInt32BE((first + Math.round(seconds * TICKS)) >>> 0, 4);
  Buffer.from(payload).copy(bytes, 12);
  return bytes;
}
const idr = [0x65, 0x88, 0x84];
const idrBegins = [0x7c, 0x85, 0x88];
const idrGoesOn = [0x7c, 0x05, 0x88];
const withParameters = [0x78, 0, 2, 0x67, 0x42, 0, 3, 0x65, 0x88, 0x84];
const inter = [0x41, 0x9a, 0x02];

/** 25 pictures a second with a key frame at each of these times. */
function play(shape: StreamShape, seconds: number, keys: readonly number[], first = 0): void {
  for (let n = 0; n < seconds * 25; n++) {
    const at = n / 25;
    const isKey = keys.includes(at);
    shape.take(packet(at, isKey ? idrBegins : inter, first), 'h264');
    if (isKey) shape.take(packet(at, idrGoesOn, first), 'h264');
  }
}

describe('the shape of a stream', () => {
  it('has the interval of key frames, however they are packed, also over the wrap of timestamps', () => {
    for (const key of [idr, idrBegins, withParameters]) {
      const shape = new StreamShape();
      expect(shape.read()).toEqual({ keyFrameSeconds: null, bFrames: null });
      // The first picture of a run has another time than its own.
      for (const at of [0, 7, 11, 15]) shape.take(packet(at, key, 0xffff_0000), 'h264');
      expect(shape.read().keyFrameSeconds).toBe(4);
    }
    const shape = new StreamShape();
    play(shape, 5, [0, 1, 2, 3, 4], 0xfffe_0000);
    expect(shape.read()).toEqual({ keyFrameSeconds: 1, bFrames: false });
  });

  it('says that no key frame comes before one has come again', () => {
    const shape = new StreamShape();
    play(shape, 2, [0]);
    expect(shape.read().keyFrameSeconds).toBeNull();
    const late = new StreamShape();
    play(late, 12, [0]);
    expect(late.read().keyFrameSeconds).toBe(11.9);
  });

  it('knows B-frames by pictures that come before those that are shown earlier, and forgets them with the run', () => {
    const shape = new StreamShape();
    // I P B B P B B: decoded in this order, shown in another.
    for (let n = 0; n < 20; n++) {
      for (const at of [3, 1, 2]) shape.take(packet((3 * n + at) / 25, inter), 'h264');
    }
    expect(shape.read().bFrames).toBe(true);
    shape.restart();
    expect(shape.read().bFrames).toBeNull();
    // One packet that was overtaken on its way.
    play(shape, 3, [0]);
    shape.take(packet(0.5, inter), 'h264');
    expect(shape.read().bFrames).toBe(false);
  });

  it('measures H.265, and no key frames of what it does not know', () => {
    const shape = new StreamShape();
    const irap = [0x62, 0x01, 0x93];
    for (const at of [0, 5, 15]) shape.take(packet(at, irap), 'hevc');
    expect(shape.read().keyFrameSeconds).toBe(10);
    const other = new StreamShape();
    for (const at of [0, 1, 2]) other.take(packet(at, idr), 'mpeg4');
    expect(other.read().keyFrameSeconds).toBeNull();
  });
});
