import { afterAll, beforeAll } from 'vitest';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi } from './site.ts';

/** The API of a test file, once its tests run. */
export interface UsedApi {
  readonly api: RunningApi;
  /** A second process on the same database, where it was asked for. */
  readonly other: RunningApi;
  readonly database: Database;
}

/**
 * Starts the API for a file of tests, on a database of its own with the demonstration, and stops it
 * after them. To be called once, outside of the tests.
 *
 * @param options.processes 2 for tests of what two processes do at once.
 */
export function useApi({ processes = 1 }: { processes?: 1 | 2 } = {}): UsedApi {
  let site: Site;
  let database: Database;
  const apis: RunningApi[] = [];
  beforeAll(async () => {
    site = await openSite();
    const urls = await site.seededDatabase();
    const seeded = site.untouched.get(urls.appUrl);
    for (let n = 0; n < processes; n++) {
      // The second process has nothing to seed either.
      if (seeded) site.untouched.set(urls.appUrl, seeded);
      apis.push(await startApi(site, urls.appUrl));
    }
    database = openDatabase(urls.appUrl);
  });
  afterAll(async () => {
    await database?.close();
    for (const api of apis) await api.stop();
    await site?.stop();
  });
  return {
    get api() {
      return apis[0]!;
    },
    get other() {
      return apis[1]!;
    },
    get database() {
      return database;
    },
  };
}
