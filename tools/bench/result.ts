/** What a bench says in its last line. */
export interface BenchResult {
  bench: string;
  /** Whether the stated targets hold. */
  ok: boolean;
  /** Flat, and its keys stay; they are explained in docs/benches.md. */
  figures: Record<string, number>;
  /** What was reached over the limit that was measured in the same run. */
  ratio: number;
  /** That limit, in words. */
  against: string;
  /** The weights that the figures are of, where they are of a model: the review of models asks for it. */
  model?: BenchedModel;
  /** Other models that had a part in them. */
  with?: readonly BenchedModel[];
}

export interface BenchedModel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** What a result says of a model, from its card, whose loader has compared the digest with the file. */
export function benched(card: {
  readonly name: string;
  readonly version: string;
  readonly weights: { readonly sha256: string };
}): BenchedModel {
  return { name: card.name, version: card.version, sha256: card.weights.sha256 };
}

/** Prints the result as the last line, and sets the exit code. */
export function tell(result: BenchResult): void {
  const figures = Object.fromEntries(
    Object.entries(result.figures).map(([key, value]) => [key, round(value)]),
  );
  process.stdout.write(`${JSON.stringify({ ...result, figures, ratio: round(result.ratio) })}\n`);
  process.exitCode = result.ok ? 0 : 1;
}

/** Four digits say more than these machines know. */
const round = (value: number) => Number(value.toPrecision(4));

/** A note on the way, for the person who waits. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** @param share 0.5 for the median; 0 where there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
