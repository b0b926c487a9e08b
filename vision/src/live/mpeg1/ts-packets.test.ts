import { expect, it } from 'vitest';
import { pictureSizeOf, TsPackets } from './ts-packets.ts';

/** The first packet of a picture, with a sequence header of 480x270 or another start code. */
function packet(code = 0xb3, adaptation = 7): Buffer {
  const bytes = Buffer.alloc(188, 0xff);
  bytes.set([0x47, 0x41, 0x00, 0x30, adaptation, 0x50]);
  const pes = [0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1];
  bytes.set([...pes, 0, 0, 1, code, 0x1e, 0x01, 0x0e, 0x13], 5 + adaptation);
  return bytes;
}

it('gives whole packets, however they are cut', () => {
  const packets = new TsPackets();
  const all = Buffer.concat([packet(1), packet(2), packet(3)]);
  expect(packets.take(all.subarray(0, 100)).length).toBe(0);
  const first = packets.take(all.subarray(100, 400));
  expect(first).toEqual(all.subarray(0, 376));
  expect(packets.take(all.subarray(400))).toEqual(all.subarray(376));
});

it('reads the size of a sequence header, and of nothing else', () => {
  expect(pictureSizeOf(Buffer.concat([packet(), packet(0)]))).toBe('480x270');
  expect(pictureSizeOf(packet(0xb3, 40))).toBe('480x270');
  expect(pictureSizeOf(packet(0))).toBeUndefined();
  // Whatever is in a packet: it is read as one.
  const filled = packet();
  filled[4] = 183;
  expect(pictureSizeOf(filled)).toBeUndefined();
  expect(pictureSizeOf(Buffer.alloc(188, 0x47))).toBeUndefined();
});
