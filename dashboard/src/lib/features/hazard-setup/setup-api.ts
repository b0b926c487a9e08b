import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type HazardType = Answer<'/api/v1/hazard-types', 'get'>['items'][number];
export type HazardLaw = Answer<'/api/v1/hazard-laws', 'get'>['items'][number];
export type Routing = Answer<'/api/v1/hazard-routing', 'get'>;
export type RoutingAnswer = Answer<'/api/v1/hazard-routing/preview', 'get'>;
export type SitePlace = Answer<'/api/v1/hazard-sites', 'get'>['items'][number];
export type Level = HazardType['defaultLevel'];
/** A row of the routing table; null means "any". */
export type Rule = Omit<Routing['items'][number], 'id'>;

export const listTypes = async (): Promise<HazardType[]> =>
  (await take(client.GET('/api/v1/hazard-types'))).items;
export const saveType = (id: string, body: Omit<HazardType, 'id'>): Promise<HazardType> =>
  take(client.PUT('/api/v1/hazard-types/{id}', { params: { path: { id } }, body }));

export const readRouting = (): Promise<Routing> => take(client.GET('/api/v1/hazard-routing'));
export const saveRouting = (basedOn: number, items: Rule[]): Promise<Routing> =>
  take(client.PUT('/api/v1/hazard-routing', { body: { basedOn, items } }));
export const previewRouting = (query: {
  type: string;
  level: Level;
  areaId?: string;
}): Promise<RoutingAnswer> =>
  take(client.GET('/api/v1/hazard-routing/preview', { params: { query } }));

export const listLaws = async (): Promise<HazardLaw[]> =>
  (await take(client.GET('/api/v1/hazard-laws'))).items;

export const listSitePlaces = async (): Promise<SitePlace[]> =>
  (await take(client.GET('/api/v1/hazard-sites'))).items;
export const saveSitePlace = (id: string, body: Omit<SitePlace, 'site'>): Promise<SitePlace> =>
  take(client.PUT('/api/v1/hazard-sites/{id}', { params: { path: { id } }, body }));
