import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameLengths } from './packet-size.ts';

/** An MQTT packet with this many bytes after its fixed header. */
function packet(length: number): Buffer {
  const header = [0x30];
  for (let left = length; ; left = Math.floor(left / 128)) {
    header.push((left % 128) | (left >= 128 ? 0x80 : 0));
    if (left < 128) break;
  }
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

it('finds the largest packet in a stream, with any chunk boundaries', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 5_000 }), (sizes, step) => {
      const packets = sizes.map(packet);
      const stream = Buffer.concat(packets);
      const frames = new FrameLengths();
      let largest = 0;
      for (let at = 0; at < stream.length; at += step) {
        largest = Math.max(largest, frames.take(stream.subarray(at, at + step)));
      }
      expect(largest).toBe(Math.max(...packets.map(({ length }) => length)));
    }),
    { numRuns: 200 },
  );
});

it('knows the size as soon as the header is there', () => {
  expect(new FrameLengths().take(packet(2_000_000).subarray(0, 4))).toBe(2_000_004);
});
