import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from './platform/db/database.ts';
import type { GuardedRoute } from './platform/http/app-types.ts';
import { digestOf, foreignIds } from './testing/foreign-rows.ts';
import {
  ask,
  byName,
  everything,
  nameOf,
  records,
  routesWithId,
  tablesOf,
} from './testing/object-routes.ts';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
} from './testing/site.ts';
import { makeUser } from './testing/users.ts';

const RIVAL = 'rival';
const words = { zh: '别人的', en: "another's" };
const MARK = 'MARK-OF-THE-RIVAL';
let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let database: Database;
let routes: GuardedRoute[];
/** What a user of this company may name of another company, by table. */
let foreign: Map<string, string>;

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase([RIVAL]);
  // The data of a new company; no user works there, so any change comes from this test.
  await (await startApi(site, urls.appUrl, { tenant: RIVAL })).stop();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  routes = routesWithId(api);
  const tables = [...new Set(Object.values(records).flat())];
  foreign = await foreignIds(urls.superUrl, RIVAL, MARK, tables);
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

describe('[SEC-11] [SME-01] the id of what is another company’s', () => {
  it('is tested on every route that takes one, or the exception is explained', () => {
    expect(routes.length).toBeGreaterThan(70);
    const unknown = routes.map(nameOf).filter((name) => !byName.has(name) && !tablesOf(name));
    expect(unknown).toEqual([]);
    const gone = [...byName].filter((name) => !routes.some((route) => nameOf(route) === name));
    expect(gone).toEqual([]);
  });

  it('is unknown to users with every permission, and nothing changes there', async () => {
    await makeUser(database, 'everything', everything('all'));
    const who = await api.signIn('everything');
    const before = await digestOf(urls.superUrl, RIVAL);
    expect(before.size).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const name of routes.map(nameOf)) {
      const tables = tablesOf(name);
      if (!tables) continue;
      const ids = tables.map((table) => foreign.get(table) ?? '');
      const { status, text } = await ask(api, name, ids, who);
      if (status !== 404 || text.includes(MARK)) wrong.push(`${name}: ${status} ${text}`);
    }
    for (const [entity, table] of [
      ['person', 'person'],
      ['hazard', 'hazard'],
      ['user', 'app_user'],
    ] as const) {
      const { status, text } = await ask(
        api,
        'GET /data-catalogue/:entity/:id/lineage',
        [entity, foreign.get(table) ?? ''],
        who,
      );
      if (status !== 404) wrong.push(`lineage of ${entity}: ${status} ${text}`);
    }
    expect(wrong).toEqual([]);
    expect(await digestOf(urls.superUrl, RIVAL)).toEqual(before);
  });

  it('finds nothing as a filter, a cursor or a part of a body', async () => {
    const who = await api.signIn('everything');
    const [user, person, hazard] = ['app_user', 'person', 'hazard'].map((one) => foreign.get(one));
    for (const path of [
      `/audit?user=${user}`,
      `/audit?person=${person}`,
      `/audit?entityId=${hazard}`,
      `/audit/export?format=csv&entityId=${hazard}`,
      `/hazards?linked=violation:${foreign.get('violation')}`,
      `/hazards?q=${MARK}`,
      `/persons?q=${MARK}`,
      `/users?q=${MARK}`,
      `/persons?cursor=${Buffer.from('0').toString('base64url')}`,
      `/webhooks/${foreign.get('webhook')}/deliveries`,
    ]) {
      const answer = await api.get(`/api/v1${path}`, who);
      const text = await answer.text();
      expect(text, path).not.toContain(MARK);
    }
    const report = {
      id: ulid(),
      description: 'x',
      type: 'other',
      suggestedLevel: 'general',
      site: 'plant-1',
      foundAt: new Date().toISOString(),
      source: 'desk',
    };
    for (const more of [
      { fileIds: [foreign.get('stored_file')] },
      { fileIds: [], violationId: foreign.get('violation') },
      { fileIds: [], id: hazard, equipmentId: foreign.get('equipment') },
    ]) {
      const answer = await api.post('/api/v1/hazards', { ...report, ...more }, who);
      expect([404, 422], await answer.clone().text()).toContain(answer.status);
    }
    const bound = { username: 'bound', displayName: words, personId: person };
    expect((await api.post('/api/v1/users', bound, who)).status).toBe(404);
  });
});
