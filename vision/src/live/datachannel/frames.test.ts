import { describe, expect, it } from 'vitest';
import { FrameReader, messageFrame, packetFrame } from './frames.ts';

describe('frames between the worker and the process of node-datachannel', () => {
  const sent = [
    messageFrame({ kind: 'open', offer: 'v=0 …' }),
    packetFrame(65_535, Buffer.from([1, 2, 3])),
    packetFrame(0, Buffer.alloc(0)),
    messageFrame({ kind: 'end' }),
  ];
  const expected = [
    { kind: 'message', message: { kind: 'open', offer: 'v=0 …' } },
    { kind: 'packet', feed: 65_535, packet: Buffer.from([1, 2, 3]) },
    { kind: 'packet', feed: 0, packet: Buffer.alloc(0) },
    { kind: 'message', message: { kind: 'end' } },
  ];

  it('are the same however the socket cuts them', () => {
    const all = Buffer.concat(sent);
    for (const size of [1, 2, 3, 5, 7, 16, all.length]) {
      const reader = new FrameReader<object>();
      const read = [];
      for (let at = 0; at < all.length; at += size) {
        read.push(...reader.take(all.subarray(at, at + size)));
      }
      expect(read, `chunks of ${size} bytes`).toEqual(expected);
    }
  });

  it('are refused where they are none', () => {
    expect(() => new FrameReader().take(Buffer.from([0, 0, 0, 0, 0]))).toThrow(
      'a frame of 0 bytes',
    );
    expect(() => new FrameReader().take(Buffer.from([255, 0, 0, 0, 0]))).toThrow(/a frame of 42/);
    expect(() => new FrameReader().take(Buffer.from([0, 0, 0, 1, 9]))).toThrow('unknown kind 9');
  });
});
