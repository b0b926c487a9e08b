import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VideoCodec } from '../media/types.ts';
import { type PacketBatch, packetsOf, writePackets } from './packets.ts';
import { toPayloads } from './payload.ts';

/** A receiver by RFC 6184 (single NAL, FU-A) and RFC 7798 (single NAL, FU). */
function depacketise(codec: VideoCodec, payloads: Buffer[]): Buffer[] {
  const nals: Buffer[] = [];
  let fragments: Buffer[] | null = null;
  for (const payload of payloads) {
    const type = codec === 'H264' ? payload[0]! & 0x1f : (payload[0]! >> 1) & 0x3f;
    const isFragment = type === (codec === 'H264' ? 28 : 49);
    if (!isFragment) {
      expect(fragments).toBeNull();
      nals.push(payload);
      continue;
    }
    const fuAt = codec === 'H264' ? 1 : 2;
    const fu = payload[fuAt]!;
    const [isStart, isEnd] = [(fu & 0x80) !== 0, (fu & 0x40) !== 0];
    expect(isStart && isEnd).toBe(false);
    expect(isStart).toBe(fragments === null);
    fragments ??= [
      codec === 'H264'
        ? Buffer.from([(payload[0]! & 0xe0) | (fu & 0x1f)])
        : Buffer.from([(payload[0]! & 0x81) | ((fu & 0x3f) << 1), payload[1]!]),
    ];
    fragments.push(payload.subarray(fuAt + 1));
    if (isEnd) {
      nals.push(Buffer.concat(fragments));
      fragments = null;
    }
  }
  expect(fragments).toBeNull();
  return nals;
}

/** NAL units with a valid header: types that RTP may carry unmodified. */
const nalUnits = (codec: VideoCodec) =>
  fc
    .array(
      fc.tuple(fc.integer({ min: 1, max: 23 }), fc.uint8Array({ minLength: 1, maxLength: 9000 })),
      { minLength: 1, maxLength: 5 },
    )
    .map((units) =>
      units.map(([type, data]) =>
        Buffer.concat([
          codec === 'H264' ? Buffer.from([0x60 | type]) : Buffer.from([type << 1, 1]),
          data,
        ]),
      ),
    );

describe.each(['H264', 'H265'] as const)('toPayloads %s', (codec) => {
  it('round-trips NAL units, in packets within the limit', () => {
    const sizes = fc.integer({ min: 4, max: 1500 });
    fc.assert(
      fc.property(nalUnits(codec), sizes, (nals, maxBytes) => {
        const payloads = toPayloads(codec, nals, maxBytes).map(({ head, body }) =>
          Buffer.concat([Buffer.from(head), body]),
        );
        for (const payload of payloads) expect(payload.length).toBeLessThanOrEqual(maxBytes);
        expect(depacketise(codec, payloads)).toEqual(nals);
      }),
    );
  });

  it.each([1399, 1400, 1401, 2800])('keeps a unit of %i bytes', (size) => {
    const header = codec === 'H264' ? [0x65] : [19 << 1, 1];
    const nal = Buffer.concat([Buffer.from(header), Buffer.alloc(size - header.length, 7)]);
    const payloads = toPayloads(codec, [nal], 1400);
    expect(payloads.length > 1).toBe(size > 1400);
    const bytes = payloads.map(({ head, body }) => Buffer.concat([Buffer.from(head), body]));
    expect(depacketise(codec, bytes)).toEqual([nal]);
  });
});

describe('writePackets', () => {
  const write = (state: { payloadType: number; ssrc: number; sequence: number }, stamp: number) =>
    writePackets(toPayloads('H264', [Buffer.alloc(3000, 0x65)], 1400), state, stamp, true);
  const fields = (batch: PacketBatch) =>
    [...packetsOf(batch)].map((packet) => ({
      version: packet[0]! >> 6,
      marker: packet[1]! >> 7,
      type: packet[1]! & 0x7f,
      sequence: packet.readUInt16BE(2),
      timestamp: packet.readUInt32BE(4),
      ssrc: packet.readUInt32BE(8),
    }));

  it('wraps sequence numbers and marks the last', () => {
    const state = { payloadType: 96, ssrc: 0xdeadbeef, sequence: 0xffff };
    const common = { version: 2, type: 96, timestamp: 90_000, ssrc: 0xdeadbeef };
    expect(fields(write(state, 90_000))).toEqual([
      { ...common, sequence: 0xffff, marker: 0 },
      { ...common, sequence: 0, marker: 0 },
      { ...common, sequence: 1, marker: 1 },
    ]);
    expect(state.sequence).toBe(2);
  });

  it('wraps timestamps at 32 bits, also below zero', () => {
    const state = { payloadType: 96, ssrc: 1, sequence: 0 };
    expect(fields(write(state, 2 ** 32 + 5))[0]?.timestamp).toBe(5);
    expect(fields(write(state, -1))[0]?.timestamp).toBe(2 ** 32 - 1);
  });

  it('frames each packet for the RTSP connection', () => {
    const { buffer, starts } = write({ payloadType: 96, ssrc: 1, sequence: 0 }, 0);
    let at = 0;
    for (const start of starts) {
      expect(start).toBe(at);
      expect([buffer[at], buffer[at + 1]]).toEqual([0x24, 0]);
      at += 4 + buffer.readUInt16BE(at + 2);
    }
    expect(at).toBe(buffer.length);
  });
});
