import type { AccessUnit, Clip } from './types.ts';

const SAMPLE_RATE = 8000;
/** 40 ms, the longest customary packet of telephone sound. */
const SAMPLES_PER_PACKET = 320;
/** Divides the sample rate's second evenly, so that a loop of one second has no click. */
const TONE_HZ = 440;

/** A camera that sends sound only: a quiet tone in G.711 A-law (RTP payload type 8, RFC 3551). */
export function toneClip(): Clip {
  const units: AccessUnit[] = [];
  for (let from = 0; from < SAMPLE_RATE; from += SAMPLES_PER_PACKET) {
    const payload = Buffer.alloc(SAMPLES_PER_PACKET);
    for (let i = 0; i < SAMPLES_PER_PACKET; i++) {
      const phase = (2 * Math.PI * TONE_HZ * (from + i)) / SAMPLE_RATE;
      payload[i] = encodeALaw(Math.round(8000 * Math.sin(phase)));
    }
    const at = from / SAMPLE_RATE;
    units.push({ pts: at, dts: at, key: true, parts: [payload] });
  }
  return {
    format: { codec: 'PCMA', clockRate: SAMPLE_RATE, parameterSets: [] },
    units,
    duration: 1,
    width: 0,
    height: 0,
    framesPerSecond: 0,
    transcoded: false,
  };
}

/** One sample of 16-bit linear sound as A-law (ITU-T G.711, table 1a). */
export function encodeALaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767) >> 3;
  const exponent = magnitude < 32 ? 0 : Math.floor(Math.log2(magnitude)) - 4;
  const mantissa = (exponent < 2 ? magnitude >> 1 : magnitude >> exponent) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}
