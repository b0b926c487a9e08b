import { ulid } from 'ulid';
import type { Hazard } from '../modules/hazards/schema.ts';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { drawPicture } from './media.ts';
import { openSite, type RunningApi, type Site, startApi } from './site.ts';
import { uploadFile } from './tus.ts';
import { makeUser } from './users.ts';

export const PLANT = 'changzhou-1';
type Headers = { authorization: string };

/** A plant with the people of the demonstration, and common test steps. */
export interface HazardWorld {
  site: Site;
  api: RunningApi;
  database: Database;
  superUrl: string;
  adminUrl: string;
  appUrl: string;
  /** Headers of a user by name. */
  as(username: string): Promise<Headers>;
  report(who: Headers, changes?: object): Promise<Response>;
  /** Reports and returns the hazard. @throws where it is refused */
  reported(who: Headers, changes?: object): Promise<Hazard>;
  act(
    who: Headers,
    hazard: Pick<Hazard, 'id' | 'version'>,
    transition: string,
    more?: object,
  ): Promise<Response>;
  /** Performs a transition and returns the hazard. @throws where it is refused */
  step(
    who: Headers,
    hazard: Pick<Hazard, 'id' | 'version'>,
    transition: string,
    more?: object,
  ): Promise<Hazard>;
  read(who: Headers, id: string): Promise<Hazard>;
  /** Uploads a unique picture. */
  photo(who: Headers, seed?: number): Promise<string>;
  close(): Promise<void>;
}

let seeds = 100;

export async function openHazardWorld(): Promise<HazardWorld> {
  const site = await openSite();
  const urls = await site.seededDatabase();
  const api = await startApi(site, urls.appUrl);
  const database = openDatabase(urls.appUrl);
  await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const name = { zh: '常州一厂', en: 'Changzhou plant 1' };
    await tx.site.createMany({ data: [{ tenantId: 'demo', id: PLANT, name }] });
  });
  // One more officer: users do not accept what they reported or rectified themselves.
  await makeUser(database, 'safety2', [
    'hazard:report@all',
    'hazard:read@all',
    'hazard:identify@all',
    'hazard:review@all',
    'hazard:accept@all',
    'hazard:manage@all',
  ]);
  await makeUser(
    database,
    'worker.assembly',
    ['hazard:report@own', 'hazard:read@own', 'hazard:rectify@own'],
    { employeeNo: 'E011' },
  );
  await makeUser(
    database,
    'head.assembly',
    ['hazard:report@department', 'hazard:read@department', 'hazard:rectify@department'],
    { employeeNo: 'E012' },
  );
  const world: HazardWorld = {
    site,
    api,
    database,
    ...urls,
    as: (username) => api.signIn(username),
    report: (who, changes = {}) =>
      api.post(
        '/api/v1/hazards',
        {
          id: ulid(),
          type: 'machine-guard',
          description: '护罩松动 the guard is loose',
          site: PLANT,
          areaId: 'press-line',
          foundAt: new Date().toISOString(),
          ...changes,
        },
        who,
      ),
    async reported(who, changes) {
      return answered(await world.report(who, changes));
    },
    act: (who, hazard, transition, more = {}) =>
      api.post(
        `/api/v1/hazards/${hazard.id}/actions`,
        { transition, version: hazard.version, ...more },
        who,
      ),
    async step(who, hazard, transition, more) {
      return answered(await world.act(who, hazard, transition, more));
    },
    async read(who, id) {
      return answered(await api.get(`/api/v1/hazards/${id}`, who));
    },
    async photo(who, seed = ++seeds) {
      return uploadFile(api, who, await drawPicture(seed));
    },
    async close() {
      await api.stop();
      await database.close();
      await site.stop();
    },
  };
  return world;
}

async function answered(answer: Response): Promise<Hazard> {
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Hazard;
}
