import pg from 'pg';
import { expect } from 'vitest';
import type { Incident } from '../modules/incidents/schema.ts';
import type { Violation } from '../modules/violations/schema.ts';
import type { Grant } from '../platform/access/permissions.ts';
import { openDatabase } from '../platform/db/database.ts';
import { type IncidentSite, openIncidentSite } from './incidents.ts';
import { type RunningApi, startApi } from './site.ts';
import { makeUser } from './users.ts';

const along: Grant[] = ['evidence:export@all', 'evidence:hold@all', 'evidence:reveal@all'];
const reading: Grant[] = ['violation:read@department', 'hazard:report@own', 'registry:read@all'];

export interface ScopedPage<Row> {
  items: Row[];
  next: string | null;
  counts?: { pending: number };
}

/** A site whose cameras belong to departments, with accounts of each scope. */
export interface ScopedSite {
  readonly world: IncidentSite;
  readonly api: RunningApi;
  /** A second process: its browsers hear of changes over the bus. */
  readonly other: RunningApi;
  /** As the owner of the database, past row-level security. */
  readonly sql: pg.Client;
  get<Body>(user: string, path: string): Promise<Body>;
  ids(page: ScopedPage<{ id: string }>): string[];
  violationsOf(user: string, query?: string): Promise<string[]>;
  incidentsOf(user: string, query?: string): Promise<string[]>;
  personOf(employeeNo: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * hall-west is in the press shop, hall-east in the assembly shop, upstairs in no department. The accounts: `press` and
 * `store` review their departments, `assembly` reads its own, `worker` own violations, `site` a site, and `placeless`
 * belongs to no person.
 */
export async function openScopedSite(): Promise<ScopedSite> {
  const world = await openIncidentSite();
  const { api } = world;
  const database = openDatabase(api.settings.databaseUrl);
  const sql = new pg.Client({ connectionString: world.superUrl });
  await sql.connect();
  for (const [camera, area] of [
    ['hall-west', 'press-line'],
    ['hall-east', 'assembly-area'],
  ] as const) {
    const at = `/cameras/${camera}/configuration`;
    const { version } = (await api.send<{ version: number }>('admin', 'GET', at)).body;
    const { status } = await api.send('admin', 'PATCH', at, { version, area });
    expect(status).toBe(200);
  }
  // It may take events, too: after the changes, so that it knows the areas from its start.
  const other = await startApi(world.site, api.settings.databaseUrl, {
    camerasFile: api.settings.camerasFile,
  });
  const of = (username: string, grants: Grant[], employeeNo: string) =>
    makeUser(database, username, grants, { employeeNo });
  await of('press', [...reading, 'violation:review@department', ...along], 'E005');
  await of('assembly', [...reading, ...along], 'E012');
  await of('store', [...reading, 'violation:review@department', ...along], 'E009');
  await of('worker', ['violation:read@own'], 'E006');
  await of('site', ['violation:read@site'], 'E004');
  await makeUser(database, 'placeless', ['violation:read@department', 'violation:review@site']);

  const get = async <Body>(user: string, path: string) =>
    (await api.send<Body>(user, 'GET', path)).body as Body;
  const ids = ({ items }: ScopedPage<{ id: string }>) => items.map(({ id }) => id).sort();
  return {
    world,
    api,
    other,
    sql,
    get,
    ids,
    violationsOf: async (user, query = '') =>
      ids(await get<ScopedPage<Violation>>(user, `/violations?${query}`)),
    incidentsOf: async (user, query = '') =>
      ids(await get<ScopedPage<Incident>>(user, `/incidents?${query}`)),
    personOf: async (employeeNo) =>
      (await sql.query('SELECT id FROM person WHERE employee_no = $1', [employeeNo])).rows[0].id,
    async stop() {
      await sql.end();
      await database.close();
      await other.stop();
      await world.stop();
    },
  };
}
