import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type Entity = Answer<'/api/v1/data-catalogue', 'get'>['items'][number];
export type Lineage = Answer<'/api/v1/data-catalogue/{entity}/{id}/lineage', 'get'>;

export const readCatalogue = async (): Promise<Entity[]> =>
  (await take(client.GET('/api/v1/data-catalogue'))).items;
export const readLineage = (entity: string, id: string): Promise<Lineage> =>
  take(
    client.GET('/api/v1/data-catalogue/{entity}/{id}/lineage', {
      params: { path: { entity, id } },
    }),
  );
