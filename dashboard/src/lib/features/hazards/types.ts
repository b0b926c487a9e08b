import type { Answer } from '$lib/api/types.ts';

export type Hazard = Answer<'/api/v1/hazards/{id}', 'get'>;
export type HazardLevel = Hazard['suggestedLevel'];
export type HazardFile = Hazard['files'][number];
export type HazardFinding = Hazard['findings'][number];
export type HazardPage = Answer<'/api/v1/hazards', 'get'>;
export type HazardCounts = NonNullable<HazardPage['counts']>;
export type HazardType = Answer<'/api/v1/hazard-types', 'get'>['items'][number];

/** A phone's report; files are added once they have ids. */
export interface HazardReport {
  description: string;
  type: string;
  suggestedLevel: HazardLevel;
  site: string;
  areaId?: string;
  floorPlan?: string;
  position?: [number, number];
  foundAt: string;
  source: 'phone' | 'desk';
}
