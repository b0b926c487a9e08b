import { expect, it } from 'vitest';
import { readListing } from './read-clip.ts';
import { encodeALaw, toneClip } from './tone.ts';

const head = '#extradata 0: 40, 0xafc209e1\n#tb 0: 1/15360\n#media_type 0: video\n';

it('readListing returns times in seconds, including reordered pictures', () => {
  const listing = `${head}0,      -2048,          0,     1024,     9343, 0x6ba3a0dd
0,      -1024,       3072,     1024,     4712, 0x8be728a0, F=0x0, S=1, 8, 0x1
`;
  const tick = 1 / 15_360;
  expect(readListing(listing)).toEqual([
    { dts: -2048 * tick, pts: 0, duration: 1024 * tick, size: 9343 },
    { dts: -1024 * tick, pts: 3072 * tick, duration: 1024 * tick, size: 4712 },
  ]);
});

it.each(['NOPTS', '-9223372036854775808'])('readListing refuses a time of %s', (time) => {
  expect(readListing(`${head}0, 0, ${time}, 1024, 9343, 0x1\n`)).toBeNull();
});

it('readListing refuses an empty listing', () => {
  expect(readListing(head)).toBeNull();
  expect(readListing('')).toBeNull();
});

it('encodeALaw agrees with the values of G.711 and is odd in sign', () => {
  // Silence, the smallest steps, and full scale (ITU-T G.711 table 1a, even bits inverted).
  expect([0, 8, 16, 32_767].map(encodeALaw)).toEqual([0xd5, 0xd5, 0xd4, 0xaa]);
  for (const sample of [100, 1000, 5000, 20_000]) {
    expect(encodeALaw(sample) ^ encodeALaw(-sample - 1)).toBe(0x80);
  }
});

it('toneClip loops without a gap', () => {
  const { units, duration, format } = toneClip();
  const samples = units.reduce((sum, unit) => sum + unit.parts[0]!.length, 0);
  expect(samples).toBe(duration * format.clockRate);
  expect(units.every((unit, i) => unit.pts === (i * 320) / 8000)).toBe(true);
});
