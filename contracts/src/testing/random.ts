/** Numbers of a seeded stream: the same seed gives the same numbers. */
export interface Random {
  /** Uniform, 0 to 1. */
  unit(): number;
  between(from: number, to: number): number;
  /** True with this probability. */
  chance(share: number): boolean;
  /** Normal with this standard deviation. */
  normal(deviation: number): number;
  pick<T>(from: readonly T[]): T;
  /** A stream of its own, so that one part of a generated world does not change the others. */
  of(name: string): Random;
}

/** mulberry32 by Tommy Ettinger (public domain), seeded with FNV-1a of the text. */
export function randomOf(seed: string): Random {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193) >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    unit,
    between: (from, to) => from + (to - from) * unit(),
    chance: (share) => unit() < share,
    normal: (deviation) =>
      deviation * Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    pick: (from) => from[Math.floor(unit() * from.length)]!,
    of: (name) => randomOf(`${seed}/${name}`),
  };
}
