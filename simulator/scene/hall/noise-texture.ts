import { DataTexture, LinearFilter, LinearMipmapLinearFilter, RepeatWrapping } from 'three';
import { type Random, seededRandom } from '../random.ts';

const SIZE = 256;
const OCTAVES = [4, 8, 16, 32, 64, 128];

/** Value noise over a lattice of `period` cells that tiles the unit square. */
function tilingNoise(period: number, random: Random): (u: number, v: number) => number {
  const lattice = Float32Array.from({ length: period * period }, random);
  const at = (i: number, j: number): number => lattice[(j % period) * period + (i % period)]!;
  const smooth = (t: number): number => t * t * (3 - 2 * t);
  return (u, v) => {
    const x = Math.floor(u * period);
    const y = Math.floor(v * period);
    const fx = smooth(u * period - x);
    const fy = smooth(v * period - y);
    const near = at(x, y) * (1 - fx) + at(x + 1, y) * fx;
    const far = at(x, y + 1) * (1 - fx) + at(x + 1, y + 1) * fx;
    return near * (1 - fy) + far * fy;
  };
}

function makeNoiseTexture(): DataTexture {
  const random = seededRandom(7);
  const channels = [0, 1, 2].map(() => OCTAVES.map((period) => tilingNoise(period, random)));
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const texel = (y * SIZE + x) * 4;
      channels.forEach((octaves, channel) => {
        let sum = 0;
        let weight = 0.5;
        let total = 0;
        for (const octave of octaves) {
          sum += weight * octave(x / SIZE, y / SIZE);
          total += weight;
          weight *= 0.62;
        }
        const contrast = (sum / total - 0.5) * 1.9 + 0.5;
        data[texel + channel] = 255 * Math.min(1, Math.max(0, contrast));
      });
      data[texel + 3] = random() * 255;
    }
  }
  const texture = new DataTexture(data, SIZE, SIZE);
  texture.wrapS = RepeatWrapping;
  texture.wrapT = RepeatWrapping;
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.needsUpdate = true;
  return texture;
}

/** Three independent channels of fractal noise, shared by all materials. */
export const noiseTexture = makeNoiseTexture();
