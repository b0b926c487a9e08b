import { getJson } from '$lib/api/json.ts';
import type { Hazard, Who } from './types.ts';

/** The people whom a step can name; those who have it now, where the list may not be read. */
export async function assignable(hazard: Hazard): Promise<(Who & { department?: string })[]> {
  try {
    const path = `/api/v1/hazards/${hazard.id}/assignable`;
    return (await getJson<{ items: (Who & { department: string })[] }>(path)).items;
  } catch {
    return hazard.assignees;
  }
}
