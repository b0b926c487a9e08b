import { openConfigurationSite } from './camera-configuration.ts';
import { drawPicture } from './media.ts';
import { type RunningApi, startApi } from './site.ts';
import { uploadFile } from './tus.ts';

export interface ShownPlan {
  id: string;
  name: { en: string };
  size: [number, number];
  imageUrl: string | null;
  picture: { width: number; height: number } | null;
  cameras: number;
  areas: number;
}
export interface ShownSite {
  id: string;
  version: number;
  name: { zh: string; en: string };
  updatedBy: object | null;
  floorPlans: ShownPlan[];
}
export interface ShownUse {
  kind: string;
  count: number;
  items: { id: string }[];
}
type Answer = ShownSite & { uses?: ShownUse[]; detail?: string };

export const PLANT_2 = { zh: '二号厂', en: 'Plant 2' };

/** The sites that a person with the right to see places sees at an API. */
export const siteAt = async (api: RunningApi, id: string): Promise<ShownSite | undefined> =>
  (await api.send<{ items: ShownSite[] }>('operator', 'GET', '/sites')).body.items.find(
    (site) => site.id === id,
  );

/** An API whose sites are set up, and a second process on the same database. */
export async function openSitesWorld() {
  const world = await openConfigurationSite();
  const other = await startApi(world.site, world.urls.appUrl);
  const list = async () =>
    (await world.api.send<{ items: ShownSite[] }>('admin', 'GET', '/sites/configurations')).body
      .items;
  return {
    ...world,
    other,
    ask: (method: string, path: string, body?: object, user = 'admin') =>
      world.api.send<Answer>(user, method, path, body),
    /** All sites, as those see them who set them up. */
    list,
    one: async (id: string) => (await list()).find((site) => site.id === id)!,
    /** Uploads the picture of a hall, 640 x 480. @returns its file. */
    picture: async (seed = 1) =>
      uploadFile(world.api, await world.api.signIn('admin'), await drawPicture(seed), {
        name: 'hall.jpg',
      }),
    async stop() {
      await other.stop();
      await world.stop();
    },
  };
}
export type SitesWorld = Awaited<ReturnType<typeof openSitesWorld>>;
