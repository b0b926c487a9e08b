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

/**
 * Who it was in a word, as far as the reader may see it: a name, or that there is none.
 *
 * @returns null where nothing is known of the actor.
 */
export function identityText(
  { identity }: Violation,
  texts: { identityOpen: string; noUsableBadge: string },
): string | null {
  if (!identity) return null;
  if (identity.person) return identity.person.name || '—';
  return identity.state === 'unbadged' ? texts.noUsableBadge : texts.identityOpen;
}
