import { goto } from '$app/navigation';
import { hazardOfViolation } from '$lib/features/hazards/hazards-api.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { attempt } from '$lib/ui/attempt.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { hazardOf } from './hazard-of.svelte.ts';

/** Violations on whose hazard the API has not answered yet. */
const making = new Set<string>();

/** Makes a confirmed violation a hazard; a repetition finds the existing one. */
export async function makeHazard(violation: string): Promise<void> {
  if (making.has(violation)) return;
  making.add(violation);
  const made = await attempt(() => hazardOfViolation(violation));
  making.delete(violation);
  if (!made) return;
  const hazard = made.result;
  hazardOf.set(violation, hazard);
  toasts.show(i18n.t.hazards.madeHazard(hazard.no), {
    action: { text: i18n.t.common.open, run: () => void goto(`/hazards/${hazard.id}`) },
  });
}
