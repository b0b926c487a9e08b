import { operation } from '$lib/api/operation.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { Answer } from '$lib/api/types.ts';

export type SiteSetup = Answer<'/api/v1/sites/configurations', 'get'>['items'][number];
export type PlanSetup = SiteSetup['floorPlans'][number];
export type Use = Answer<'/api/v1/sites/{site}/uses', 'get'>['items'][number];

export const listSiteSetups = operation.GET('/api/v1/sites/configurations');
export const createSite = operation.POST('/api/v1/sites');
export const renameSite = operation.PATCH('/api/v1/sites/{site}');
export const removeSite = operation.DELETE('/api/v1/sites/{site}');
export const createPlan = operation.POST('/api/v1/sites/{site}/floor-plans');
export const changePlan = operation.PATCH('/api/v1/sites/{site}/floor-plans/{plan}');
export const removePlan = operation.DELETE('/api/v1/sites/{site}/floor-plans/{plan}');
export const listPlanUses = operation.GET('/api/v1/sites/{site}/floor-plans/{plan}/uses');

/** What uses it, where the API refused a removal because of that; null for any other failure. */
export function usesIn(error: unknown): Use[] | null {
  if (!(error instanceof ApiError) || !error.code.endsWith('.in-use')) return null;
  const { uses } = (error.body ?? {}) as { uses?: Use[] };
  return uses ?? null;
}

/** Where what uses a place is looked after; null where only its number is known. */
export function pathOfUse(kind: Use['kind'], id: string): string | null {
  const encoded = encodeURIComponent(id);
  switch (kind) {
    case 'camera':
      return `/cameras/setup/${encoded}`;
    case 'area':
      return `/admin/overview/area/${encoded}`;
    default:
      return null;
  }
}

/** The list in which uses of a kind are looked after. */
export const pathOfUses: Readonly<Record<Use['kind'], string>> = {
  'floor-plan': '/admin/plant-sites',
  camera: '/cameras/setup',
  area: '/admin/places?tab=areas',
  department: '/admin/places',
  reader: '/admin/readers',
  reference: '/admin/readers',
  hazard: '/hazards',
  violation: '/violations',
  incident: '/incidents',
  'safety-entry': '/people',
  'clock-event': '/attendance',
  'shift-note': '/shift-log',
  'shift-handover': '/shift-log',
};
