import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RtpContinuity } from './rtp-continuity.ts';

function packet(sequence: number, timestamp: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes[0] = 0x80;
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(timestamp, 4);
  return bytes;
}

function rewrite(continuity: RtpContinuity, sequence: number, timestamp: number, now: number) {
  const bytes = packet(sequence, timestamp);
  continuity.rewrite(bytes, now);
  return [bytes.readUInt16BE(2), bytes.readUInt32BE(4)];
}

test('a running stream is not modified, also across the wrap-around of its numbers', () => {
  const continuity = new RtpContinuity();
  expect(rewrite(continuity, 0xffff, 0xffffffff, 0)).toEqual([0xffff, 0xffffffff]);
  expect(rewrite(continuity, 0, 6000, 66)).toEqual([0, 6000]);
});

test('any restart continues with the next number and the elapsed time', () => {
  const uint16 = fc.integer({ min: 0, max: 0xffff });
  const uint32 = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          sequence: uint16,
          timestamp: uint32,
          pause: fc.integer({ min: 1, max: 60_000 }),
        }),
        {
          minLength: 2,
        },
      ),
      (starts) => {
        const continuity = new RtpContinuity();
        let now = 0;
        let last: number[] | undefined;
        for (const { sequence, timestamp, pause } of starts) {
          now += pause;
          continuity.restart();
          const first = rewrite(continuity, sequence, timestamp, now);
          if (last) {
            expect(first[0]).toBe((last[0]! + 1) & 0xffff);
            expect((first[1]! - last[1]!) >>> 0).toBe(pause * 90);
          }
          last = rewrite(continuity, (sequence + 1) & 0xffff, (timestamp + 6000) >>> 0, now);
          expect(last[0]).toBe((first[0]! + 1) & 0xffff);
          expect((last[1]! - first[1]!) >>> 0).toBe(6000);
        }
      },
    ),
  );
});

test('times that are unrelated to the last ones go on by the elapsed time, and the numbers go on', () => {
  const continuity = new RtpContinuity();
  rewrite(continuity, 10, 900_000, 0);
  continuity.retime();
  expect(rewrite(continuity, 11, 5_000_000, 40)).toEqual([11, 903_600]);
  expect(rewrite(continuity, 12, 5_003_600, 80)).toEqual([12, 907_200]);
  expect(continuity.timestampOf(5_003_600)).toBe(907_200);
});

test('a lost packet leaves a gap, so that viewers request it again', () => {
  const continuity = new RtpContinuity();
  rewrite(continuity, 10, 0, 0);
  continuity.restart();
  rewrite(continuity, 500, 0, 10);
  expect(rewrite(continuity, 502, 0, 20)[0]).toBe(13);
});
