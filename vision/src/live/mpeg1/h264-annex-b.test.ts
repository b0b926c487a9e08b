import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CodedPicture, H264AnnexB } from './h264-annex-b.ts';

const START = Buffer.from([0, 0, 0, 1]);
const DELIMITER = Buffer.from([0, 0, 0, 1, 9, 0xf0]);

let sequence = 65_530;
/** An RTP packet with the next number. */
function rtp(payload: Buffer, isLast: boolean): Buffer {
  const header = Buffer.alloc(12);
  header[1] = (isLast ? 0x80 : 0) | 96;
  header.writeUInt16BE(sequence, 2);
  sequence = (sequence + 1) & 0xffff;
  return Buffer.concat([header, payload]);
}
/** A NAL unit in fragments (FU-A) of so many bytes. */
function fragments(unit: Buffer, bytes: number, isLast: boolean): Buffer[] {
  const [head = 0] = unit;
  const parts: Buffer[] = [];
  for (let at = 1; at < unit.length; at += bytes) {
    const ends = at + bytes >= unit.length;
    const flags = (at === 1 ? 0x80 : 0) | (ends ? 0x40 : 0);
    const fu = Buffer.from([(head & 0xe0) | 28, flags | (head & 0x1f)]);
    parts.push(rtp(Buffer.concat([fu, unit.subarray(at, at + bytes)]), isLast && ends));
  }
  return parts;
}
/** Several NAL units in one packet (STAP-A). */
const together = (...units: Buffer[]) =>
  rtp(
    Buffer.concat([
      Buffer.from([24]),
      ...units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]),
    ]),
    false,
  );
const unit = (type: number, ...bytes: number[]) => Buffer.from([0x60 | type, ...bytes]);
const take = (annexB: H264AnnexB, packets: Buffer[]): CodedPicture[] =>
  packets.flatMap((packet) => annexB.take(packet) ?? []);

test('parameter sets in one packet and a key picture in fragments are one picture that a decoder can start at', () => {
  const [sps, pps, slice] = [unit(7, 1, 2), unit(8, 3), unit(5, ...Array(50).keys())];
  const annexB = new H264AnnexB();
  const pictures = take(annexB, [together(sps, pps), ...fragments(slice, 20, true)]);
  const bytes = Buffer.concat([START, sps, START, pps, START, slice, DELIMITER]);
  expect(pictures).toEqual([{ isKey: true, bytes }]);
  const next = unit(1, 9);
  expect(take(annexB, [rtp(next, true)])).toEqual([
    { isKey: false, bytes: Buffer.concat([START, next, DELIMITER]) },
  ]);
});

test('a picture keeps its bytes where its packets are used again', () => {
  const annexB = new H264AnnexB();
  const packet = rtp(unit(1, 7, 7), false);
  annexB.take(packet);
  packet.fill(0);
  const [picture] = take(annexB, [rtp(unit(1, 8), true)]);
  expect(picture?.bytes.includes(Buffer.from([7, 7]))).toBe(true);
});

test('whatever is lost, each NAL unit of a picture is whole or missing', () => {
  const sizes = fc.array(fc.integer({ min: 2, max: 60 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, fc.array(fc.boolean(), { maxLength: 80 }), (lengths, kept) => {
      const units = lengths.map((length, at) => unit(1, ...Array(length).fill(at + 10)));
      const packets = units.flatMap((one, at) => fragments(one, 7, at === units.length - 1));
      const annexB = new H264AnnexB();
      // The last packet ends the picture.
      const arrived = packets.filter((_, at) => (kept[at] ?? true) || at === packets.length - 1);
      const [picture] = take(annexB, arrived);
      let rest = picture ? picture.bytes.subarray(0, -DELIMITER.length) : Buffer.alloc(0);
      for (const one of units) {
        const whole = Buffer.concat([START, one]);
        if (rest.subarray(0, whole.length).equals(whole)) rest = rest.subarray(whole.length);
      }
      expect(rest).toHaveLength(0);
      if (arrived.length === packets.length) expect(picture).toBeDefined();
    }),
  );
});
