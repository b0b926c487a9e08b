import { expect, it } from 'vitest';
import { TsGate } from './ts-gate.ts';

/** One packet; its last byte says which. */
function packet(mark: number, isKey = false): Buffer {
  const bytes = Buffer.alloc(188);
  bytes.set(isKey ? [0x47, 0x41, 0x00, 0x30, 1, 0x40] : [0x47, 0x01, 0x00, 0x10]);
  bytes[187] = mark;
  return bytes;
}
const marks = (bytes: Buffer) =>
  Array.from({ length: bytes.length / 188 }, (_, index) => bytes[index * 188 + 187]);

it('begins at a key picture, whatever comes before it, and passes whole packets', () => {
  const gate = new TsGate();
  expect(marks(gate.take(packet(1), false))).toEqual([]);
  const bytes = Buffer.concat([packet(2), packet(3, true), packet(4), packet(5)]);
  expect(marks(gate.take(bytes.subarray(0, 700), false))).toEqual([3, 4]);
  expect(marks(gate.take(bytes.subarray(700), false))).toEqual([5]);
  expect(gate.gaps).toBe(0);
});

it('leaves out what a slow viewer does not take, up to the next key picture', () => {
  const gate = new TsGate();
  gate.take(packet(1, true), false);
  expect(marks(gate.take(packet(2), true))).toEqual([]);
  expect(marks(gate.take(packet(3, true), true))).toEqual([]);
  expect(marks(gate.take(packet(4), false))).toEqual([]);
  expect(marks(gate.take(Buffer.concat([packet(5, true), packet(6)]), false))).toEqual([5, 6]);
  expect(gate.gaps).toBe(1);
});
