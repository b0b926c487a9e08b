/** Rows are people, columns badges. */
export interface Marginals {
  /** Probability that the person wears the badge, row by row. */
  readonly worn: Float64Array;
  /** Probability that the person wears none of them. */
  readonly none: Float64Array;
}

const MOST_ROUNDS = 40;
const ENOUGH = 1e-4;

/**
 * Probabilities of who wears which badge where a badge has one wearer and a wearer one badge: belief propagation
 * (Williams & Lau 2014, "Approximate evaluation of marginal association probabilities with belief propagation",
 * algorithm 1), which converges for this problem.
 *
 * @param weights of each pair over "neither", row by row, not negative.
 * @param elsewhere weight for each badge of "its wearer is not among these people".
 */
export function marginals(
  weights: Float64Array,
  people: number,
  badges: number,
  elsewhere: readonly number[],
): Marginals {
  const claim = new Float64Array(people * badges);
  const free = new Float64Array(people * badges).fill(1);
  const claims = new Float64Array(badges);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let change = 0;
    for (let p = 0; p < people; p++) {
      const row = p * badges;
      let sum = 1;
      for (let b = 0; b < badges; b++) sum += weights[row + b]! * free[row + b]!;
      for (let b = 0; b < badges; b++) {
        const own = weights[row + b]!;
        // The sum may lose its small terms beside a large one: they are summed without it.
        const others = Math.max(1, sum - own * free[row + b]!);
        claim[row + b] = own / others;
      }
    }
    claims.fill(0);
    for (let p = 0; p < people; p++) {
      for (let b = 0; b < badges; b++) claims[b]! += claim[p * badges + b]!;
    }
    for (let p = 0; p < people; p++) {
      for (let b = 0; b < badges; b++) {
        const rivals = claims[b]! - claim[p * badges + b]!;
        const next = 1 / (elsewhere[b]! + Math.max(0, rivals));
        change = Math.max(change, Math.abs(next - free[p * badges + b]!));
        free[p * badges + b] = next;
      }
    }
    if (change < ENOUGH) break;
  }
  const worn = new Float64Array(people * badges);
  const none = new Float64Array(people);
  for (let p = 0; p < people; p++) {
    const row = p * badges;
    let sum = 1;
    for (let b = 0; b < badges; b++) sum += weights[row + b]! * free[row + b]!;
    none[p] = 1 / sum;
    for (let b = 0; b < badges; b++) worn[row + b] = (weights[row + b]! * free[row + b]!) / sum;
  }
  return { worn, none };
}
