import { getJson } from '$lib/api/json.ts';
import type { Hazard, Who } from './types.ts';

/** The people whom a field of a step can name; empty where the list may not be read. */
export async function assignable(hazard: Hazard, _field: string): Promise<Who[]> {
  try {
    return (await getJson<{ items: Who[] }>(`/api/v1/hazards/${hazard.id}/assignable`)).items;
  } catch {
    return hazard.assignees;
  }
}
