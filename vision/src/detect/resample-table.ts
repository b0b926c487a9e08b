/** Weights of one output sample add up to this; a power of two, so that sums are shifted back. */
export const WEIGHT_ONE = 256;

/**
 * How one axis of a plane is resampled: output sample `i` is the sum over `k < taps` of
 * `source[start[i] + k] * weight[i * taps + k]`, divided by {@link WEIGHT_ONE}. Every output
 * sample has the same number of taps, so that the inner loops have no branch.
 */
export interface ResampleTable {
  taps: number;
  start: Int32Array;
  weight: Int32Array;
}

/** An empty table that {@link fillResampleTable} grows when it must and otherwise reuses. */
export function emptyResampleTable(): ResampleTable {
  return { taps: 0, start: new Int32Array(0), weight: new Int32Array(0) };
}

/**
 * Maps `count` output samples onto the stretch [from, from + length) of an axis with `limit`
 * source samples. Sample i of the source covers [i, i + 1). Shrinking averages over the covered
 * stretch (box filter), enlarging interpolates linearly between sample centres; samples beyond the
 * ends repeat the outermost one.
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
  // A stretch of `step` touches up to ceil(step) + 1 samples; less than 0.15 of one is let go.
  const taps = Math.min(limit, shrinking ? Math.ceil(step + 0.85) : 2);
  table.taps = taps;
  if (table.start.length < count) table.start = new Int32Array(count);
  if (table.weight.length < count * taps) table.weight = new Int32Array(count * taps);
  for (let i = 0; i < count; i++) {
    const centre = from + (i + 0.5) * step;
    const low = shrinking ? centre - step / 2 : centre - 0.5;
    const high = shrinking ? centre + step / 2 : centre + 0.5;
    const start = Math.max(0, Math.min(limit - taps, Math.floor(low)));
    table.start[i] = start;
    // The outermost samples reach to infinity: that repeats them beyond the ends.
    const covered = (sample: number) => {
      const left = sample === 0 ? Number.NEGATIVE_INFINITY : sample;
      const right = sample === limit - 1 ? Number.POSITIVE_INFINITY : sample + 1;
      return Math.max(0, Math.min(high, right) - Math.max(low, left));
    };
    let total = 0;
    for (let k = 0; k < taps; k++) total += covered(start + k);
    // Rounding the running sum makes the weights add up exactly.
    let sum = 0;
    let given = 0;
    for (let k = 0; k < taps; k++) {
      sum += covered(start + k);
      const upTo = Math.round((sum / total) * WEIGHT_ONE);
      table.weight[i * taps + k] = upTo - given;
      given = upTo;
    }
  }
}
