import type { Violation } from '$lib/api/types.ts';
import type { Locale } from '$lib/i18n/i18n.svelte.ts';

/** The zone or line of the violation; null where the rule has neither. */
export function placeOf(violation: Violation, locale: Locale): string | null {
  const name = violation.zoneName ?? violation.lineName;
  if (name) return locale === 'en' ? name.en : name.zh;
  return violation.zone ?? violation.line;
}

/** Duration in seconds; null while it lasts. */
export function lastedSeconds(violation: Violation): number | null {
  if (!violation.endedAt) return null;
  return Math.max(0, (Date.parse(violation.endedAt) - Date.parse(violation.startedAt)) / 1000);
}
