import type { BenchedModel } from '@anshi/contracts/model-digest';

/** The last line of a bench's output. */
export interface BenchResult {
  bench: string;
  /** Whether the stated targets are met. */
  ok: boolean;
  /** Flat, with stable keys; explained in docs/benches.md. */
  figures: Record<string, number>;
  /** The measured figure divided by the baseline of the same run. */
  ratio: number;
  /** The baseline, in words. */
  against: string;
  /**
   * The weights that the figures are for, in a bench of a model: the review of models needs them.
   */
  model?: BenchedModel;
  /** Other models that were used. */
  with?: readonly BenchedModel[];
}

/** Prints the result as the last line, and sets the exit code. */
export function tell(result: BenchResult): void {
  const figures = Object.fromEntries(
    Object.entries(result.figures).map(([key, value]) => [key, round(value)]),
  );
  process.stdout.write(`${JSON.stringify({ ...result, figures, ratio: round(result.ratio) })}\n`);
  process.exitCode = result.ok ? 0 : 1;
}

/** More than four significant digits would be noise. */
const round = (value: number) => Number(value.toPrecision(4));

/** A progress note for the user. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** @param share 0.5 for the median; 0 where there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
