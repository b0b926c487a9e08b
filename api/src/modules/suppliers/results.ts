import type { Clearance, KindRules, Reason } from './gate.ts';

/** One measured value of a delivery. */
export interface TestResult {
  item: string;
  value: number;
  unit: string;
  /** The limit that held when the result was entered; none where the product had none. */
  limitThen?: Pick<Limit, 'lower' | 'upper'> | null;
}

/** What a product has to keep. A limit that is null does not bind. */
export interface Limit {
  item: string;
  unit: string;
  lower: number | null;
  upper: number | null;
}

/** A result with the limit that it was held against. */
export type Judged<Result extends TestResult> = Result & {
  lower: number | null;
  upper: number | null;
  /** Null where the product has no limit for it in its unit. */
  passed: boolean | null;
  /** A later result of the same item counts. */
  replaced: boolean;
  /** It failed the limit that held when it was entered. */
  failedThen: boolean;
};

/**
 * Holds results against the limits of the product. Those who test do not set them: a value without a
 * limit, or in another unit, neither passes nor fails. A value on its limit passes.
 *
 * @param results oldest first.
 */
export function judgeResults<Result extends TestResult>(
  results: readonly Result[],
  limits: readonly Limit[],
): Judged<Result>[] {
  return results.map((one, i) => {
    const limit = limitOf(one, limits);
    const { lower = null, upper = null } = limit ?? {};
    return {
      ...one,
      lower,
      upper,
      passed: limit ? isWithin(one.value, limit) : null,
      replaced: results.slice(i + 1).some(({ item }) => item === one.item),
      failedThen: one.limitThen ? !isWithin(one.value, one.limitThen) : false,
    };
  });
}

/** The limit of a result's item in its unit. */
export const limitOf = <Found extends Limit>(
  one: Pick<TestResult, 'item' | 'unit'>,
  limits: readonly Found[],
): Found | undefined => limits.find(({ item, unit }) => item === one.item && unit === one.unit);

const isWithin = (value: number, { lower, upper }: Pick<Limit, 'lower' | 'upper'>): boolean =>
  (lower === null || value >= lower) && (upper === null || value <= upper);

/**
 * Whether a delivery may be released: the newest result of each item has to pass, and where its kind
 * asks for tests, each item that its product has a limit for has to be measured.
 *
 * @returns `needsReason` where an earlier result failed, or one failed the limit that held when it was
 * entered: the person who releases it says why the later result or limit is believed.
 */
export function clearLot(
  judged: readonly Judged<TestResult>[],
  limits: readonly Limit[],
  { testsRequired }: KindRules,
): Clearance & { needsReason: boolean } {
  const newest = judged.filter(({ replaced }) => !replaced);
  const reasons = newest.flatMap(reasonsOf);
  if (testsRequired) {
    const untested = limits.filter(({ item }) => !newest.some((one) => one.item === item));
    for (const { item } of untested)
      reasons.push(notTested(`${item} 没有检测结果`, `${item} was not tested`));
    if (judged.length === 0 && untested.length === 0) {
      reasons.push(notTested('没有检测结果', 'There is no test result'));
    }
  }
  const needsReason = judged.some(
    ({ replaced, passed, failedThen }) => failedThen || (replaced && passed === false),
  );
  return { cleared: reasons.length === 0, reasons, needsReason };
}

const notTested = (zh: string, en: string): Reason => ({ code: 'not-tested', text: { zh, en } });

function reasonsOf({ item, value, unit, lower, upper, passed }: Judged<TestResult>): Reason[] {
  if (passed === null) {
    const zh = `${item} 没有以 ${unit || '无单位'} 设定的限值`;
    const en = `${item} has no limit in ${unit || 'its unit'}`;
    return [{ code: 'no-limit', text: { zh, en } }];
  }
  if (passed) return [];
  const zh = `${item} 为 ${value} ${unit}，限值 ${lower ?? '—'} 至 ${upper ?? '—'}`;
  const en = `${item} is ${value} ${unit}, the limits are ${lower ?? '—'} to ${upper ?? '—'}`;
  return [{ code: 'test-failed', text: { zh, en } }];
}
