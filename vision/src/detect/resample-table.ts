/**
 * Weights of one output sample add up to this; Q14, so that they and their overshoot fit 16 bits.
 */
export const WEIGHT_ONE = 16_384;

/**
 * How one axis of a plane is resampled: output sample `i` is the sum over `k < taps` of
 * `source[start[i] + k] * weight[i * taps + k]`, divided by {@link WEIGHT_ONE}. Every output
 * sample has the same number of taps, so that the inner loops have no branch.
 */
export interface ResampleTable {
  taps: number;
  start: Int32Array;
  weight: Int16Array;
}

/** An empty table; {@link fillResampleTable} grows it when needed and otherwise reuses it. */
export function emptyResampleTable(): ResampleTable {
  return { taps: 0, start: new Int32Array(0), weight: new Int16Array(0) };
}

/** Lanczos' window: three lobes keep what an enlarged helmet has of edges (Duchon 1979). */
const LOBES = 3;

/**
 * Maps `count` output samples onto the interval [from, from + length) of an axis with `limit`
 * source samples. Sample i of the source covers [i, i + 1). Shrinking averages over the covered
 * interval (box filter), enlarging is a Lanczos filter of three lobes; samples beyond the ends
 * repeat the outermost one.
 */
export function fillResampleTable(
  table: ResampleTable,
  count: number,
  from: number,
  length: number,
  limit: number,
): void {
  const step = length / count;
  const shrinking = step > 1;
  // An interval of `step` touches up to ceil(step) + 1 samples; coverage below 0.15 of one is
  // ignored.
  const taps = Math.min(limit, shrinking ? Math.ceil(step + 0.85) : 2 * LOBES);
  table.taps = taps;
  if (table.start.length < count) table.start = new Int32Array(count);
  if (table.weight.length < count * taps) table.weight = new Int16Array(count * taps);
  const shares = new Float64Array(taps);
  for (let i = 0; i < count; i++) {
    const centre = from + (i + 0.5) * step;
    const low = centre - step / 2;
    const high = centre + step / 2;
    const first = shrinking ? Math.floor(low) : Math.floor(centre - 0.5) - LOBES + 1;
    const start = Math.max(0, Math.min(limit - taps, first));
    table.start[i] = start;
    shares.fill(0);
    if (shrinking) covered(shares, start, low, high, limit);
    else enlarged(shares, start, first, centre - 0.5, limit);
    roundTo(table.weight, i * taps, shares);
  }
}

/** Weights of the samples covered by [low, high); the outermost extend to infinity. */
function covered(shares: Float64Array, start: number, low: number, high: number, limit: number) {
  for (let k = 0; k < shares.length; k++) {
    const sample = start + k;
    const left = sample === 0 ? Number.NEGATIVE_INFINITY : sample;
    const right = sample === limit - 1 ? Number.POSITIVE_INFINITY : sample + 1;
    shares[k] = Math.max(0, Math.min(high, right) - Math.max(low, left));
  }
}

/**
 * Lanczos weights around `centre` (in sample numbers); samples beyond the ends count as the end's.
 */
function enlarged(
  shares: Float64Array,
  start: number,
  first: number,
  centre: number,
  limit: number,
) {
  for (let sample = first; sample < first + 2 * LOBES; sample++) {
    const inside = Math.max(0, Math.min(limit - 1, sample));
    const k = Math.max(0, Math.min(shares.length - 1, inside - start));
    shares[k]! += lanczos(centre - sample);
  }
}

const STEPS = 512;
/**
 * The filter at every 1/512 of a sample; computing it for each crop took longer than the crop's
 * inference.
 */
const LANCZOS = Float64Array.from({ length: LOBES * STEPS + 1 }, (_, i) => {
  const x = (Math.PI * i) / STEPS;
  return x === 0 ? 1 : (LOBES * Math.sin(x) * Math.sin(x / LOBES)) / x ** 2;
});

const lanczos = (offset: number) => LANCZOS[Math.round(Math.abs(offset) * STEPS)] ?? 0;

/** Rounding the running sum makes the weights add up exactly. */
function roundTo(weight: Int16Array, at: number, shares: Float64Array): void {
  let total = 0;
  for (const share of shares) total += share;
  let sum = 0;
  let given = 0;
  for (let k = 0; k < shares.length; k++) {
    sum += shares[k]!;
    const upTo = Math.round((sum / total) * WEIGHT_ONE);
    weight[at + k] = upTo - given;
    given = upTo;
  }
}
