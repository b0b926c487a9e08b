import { getJson } from '$lib/api/json.ts';
import type { Hazard, Who } from './types.ts';

/** The people whom a step can name; those who have it now, where the list may not be read. */
export async function assignable(hazard: Hazard): Promise<Who[]> {
  try {
    return (await getJson<{ items: Who[] }>(`/api/v1/hazards/${hazard.id}/assignable`)).items;
  } catch {
    return hazard.assignees;
  }
}
