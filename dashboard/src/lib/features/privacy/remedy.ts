import type { Section } from '$lib/app/module.ts';
import { sectionsFor, type Viewer } from '$lib/app/navigation.ts';

/** Where what a duty lacks is put right: a section of the office, by the id of the duty in the API. */
const remedies: Partial<Record<string, string>> = {
  'pipl-13': 'register',
  'pipl-14-17': 'consents',
  'pipl-19': 'retention',
  'pipl-28-29': 'assessments',
  'pipl-44-47': 'requests',
  'pipl-51': 'keys',
  'pipl-55-56': 'assessments',
  'dsl-21-27': 'register',
  'csl-encryption': 'storage',
};

/** @returns null where nothing is missing, or where this person cannot put it right. */
export function remedyOf(duty: { id: string; status: string }, viewer: Viewer): Section | null {
  // What only waits for the word of a person is confirmed on the page itself.
  if (['met', 'confirmed', 'to-confirm'].includes(duty.status)) return null;
  return sectionsFor('privacy', viewer).find(({ id }) => id === remedies[duty.id]) ?? null;
}
