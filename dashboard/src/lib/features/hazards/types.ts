import type { Answer } from '$lib/api/types.ts';
import type { Bilingual } from '$lib/format/names.ts';

export interface Named {
  id: string;
  name: Bilingual;
}
export type Hazard = Answer<'/api/v1/hazards/{id}', 'get'>;
export type HazardLevel = Hazard['suggestedLevel'];
export type HazardFile = Hazard['files'][number];
export type HazardFinding = Hazard['findings'][number];
export type HazardTransition = Hazard['transitions'][number];
export type TransitionField = HazardTransition['fields'][number];
export type HazardPage = Answer<'/api/v1/hazards', 'get'>;
export type HazardCounts = NonNullable<HazardPage['counts']>;
export type HazardStep = Answer<'/api/v1/hazards/{id}/history', 'get'>['items'][number];
export type HazardType = Answer<'/api/v1/hazard-types', 'get'>['items'][number];
export type Assignable = Answer<'/api/v1/hazards/{id}/assignable', 'get'>['items'][number];
export type FileKind = HazardFile['kind'];

export interface HazardAction {
  transition: string;
  version: number;
  fields: Record<string, string | number | string[] | null>;
  fileIds: string[];
  note: string | null;
}
/** What a phone hands in; the files are added when they have their ids. */
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
