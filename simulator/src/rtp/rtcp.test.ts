import { expect, it } from 'vitest';
import { writeSenderReport } from './rtcp.ts';

it('maps RTP time to wall time in a sender report, followed by the name', () => {
  const wallMs = Date.UTC(2026, 0, 1, 0, 0, 0, 500);
  const bytes = writeSenderReport({
    ssrc: 7,
    wallMs,
    timestamp: 2 ** 32 + 90_000,
    packets: 12,
    octets: 3456,
    name: 'hall-west',
  });
  expect(bytes.subarray(0, 4)).toEqual(Buffer.from([0x80, 200, 0, 6]));
  expect(bytes.readUInt32BE(8) - 2_208_988_800).toBe(Math.floor(wallMs / 1000));
  expect(bytes.readUInt32BE(12) / 2 ** 32).toBeCloseTo(0.5);
  expect([16, 20, 24].map((at) => bytes.readUInt32BE(at))).toEqual([90_000, 12, 3456]);
  // The second packet ends at its declared length, and holds the name.
  expect(bytes[29]).toBe(202);
  expect(28 + 4 + bytes.readUInt16BE(30) * 4).toBe(bytes.length);
  expect(bytes.subarray(38, 38 + bytes[37]!).toString()).toBe('hall-west');
  expect(bytes.at(-1)).toBe(0);
});
