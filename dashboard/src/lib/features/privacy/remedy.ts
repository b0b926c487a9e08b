import type { Section } from '$lib/app/module.ts';
import { sectionsFor, type Viewer } from '$lib/app/navigation.ts';

/** The section that remedies an unmet requirement, by its id in the API. */
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

/** @returns null where nothing is missing, or where the user lacks the right. */
export function remedyOf(duty: { id: string; status: string }, viewer: Viewer): Section | null {
  // A pending confirmation is given on the page itself.
  if (['met', 'confirmed', 'to-confirm'].includes(duty.status)) return null;
  return sectionsFor('privacy', viewer).find(({ id }) => id === remedies[duty.id]) ?? null;
}
