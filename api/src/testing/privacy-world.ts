import { join } from 'node:path';
import type { Policy } from '../modules/privacy/schema.ts';
import { type Database, openDatabase, type Transaction } from '../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi } from './site.ts';
import { makeUser } from './users.ts';

type Headers = { authorization: string };

/** An API with a privacy officer and people who use their rights. */
export interface PrivacyWorld {
  site: Site;
  api: RunningApi;
  database: Database;
  /** Manages privacy and keys, reads everything that the tests look at. */
  officer: Headers;
  /** The account of the employee E006, without a permission. */
  worker: Headers;
  /** Reads statistics and people. */
  reader: Headers;
  /** Runs statements for the tenant `demo`. */
  run<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** @returns the id of a person of the demonstration. */
  personOf(employeeNo: string): Promise<string>;
  /** Sends a request below `/api/v1`; `json` is null where there is no body. */
  call(
    method: string,
    path: string,
    headers: Headers,
    body?: unknown,
    // biome-ignore lint/suspicious/noExplicitAny: tests compare answers of many shapes.
  ): Promise<{ status: number; text: string; json: any }>;
  /** An entry of the register of data. */
  policy(id: string): Promise<Policy>;
  /** Changes fields of an entry of the register, as the officer. */
  change(id: string, changes: Record<string, unknown>): ReturnType<PrivacyWorld['call']>;
  close(): Promise<void>;
}

export const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

export async function openPrivacyWorld(): Promise<PrivacyWorld> {
  const site = await openSite();
  const dataDir = join(site.folder, 'privacy-data');
  const api = await startApi(site, (await site.seededDatabase()).appUrl, {
    dataDir,
    keyring: { file: join(dataDir, 'keyring.json'), make: true },
  });
  const database = openDatabase(api.settings.databaseUrl);
  await makeUser(database, 'p-officer', [
    'privacy:manage@all',
    'key:manage@all',
    'registry:read@all',
    'audit:read@all',
    'violation:read@all',
    'violation:review@all',
  ]);
  await makeUser(database, 'p-worker', [], { employeeNo: 'E006' });
  await makeUser(database, 'p-reader', ['statistics:read@all', 'person:read@all']);

  const world: PrivacyWorld = {
    site,
    api,
    database,
    officer: await api.signIn('p-officer'),
    worker: await api.signIn('p-worker'),
    reader: await api.signIn('p-reader'),
    run: (work) => database.transaction({ tenant: 'demo', user: null }, work),
    personOf: (employeeNo) =>
      world.run(async (tx) => (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id),
    async call(method, path, headers, body) {
      const answer = await fetch(`${api.url}/api/v1${path}`, {
        method,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, text, json: text ? JSON.parse(text) : null };
    },
    async policy(id) {
      const { json } = await world.call('GET', '/privacy/register', world.worker);
      return json.items.find((one: Policy) => one.id === id);
    },
    async change(id, changes) {
      const {
        department,
        person,
        purged: _,
        createdAt: __,
        id: ___,
        ...fields
      } = await world.policy(id);
      return world.call('PUT', `/privacy/register/${id}`, world.officer, {
        ...fields,
        departmentId: department?.id ?? null,
        personId: person?.id ?? null,
        ...changes,
      });
    },
    async close() {
      await database.close();
      await api.stop();
      await site.stop();
    },
  };
  return world;
}
