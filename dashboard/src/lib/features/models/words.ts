import { percent } from '$lib/format/number.ts';
import type { Dictionary } from '$lib/i18n/dictionary.ts';

const look = (words: object, key: string): string =>
  (words as Record<string, string | undefined>)[key] ?? key;

/** Translations of known names; an unknown name is shown as it is. */
export const taskName = (task: string, t: Dictionary): string => look(t.models.tasks, task);
export const skippedName = (why: string, t: Dictionary): string =>
  look(t.models.skippedReasons, why);

/** 90 % (83–94 %) */
export function shareText(
  share: { value: number; low: number; high: number },
  locale: string,
): string {
  const of = (value: number) => percent(value, locale);
  return `${of(share.value)} (${of(share.low)}–${of(share.high)})`;
}
