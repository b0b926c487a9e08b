import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { createServices } from '../platform/module.ts';
import { type DatabaseUrls, openSite, type Site, startApi } from '../testing/site.ts';
import { seedTenant } from './seeds.ts';
import { addTenant } from './tenants/add.ts';

let site: Site;
let urls: DatabaseUrls;
let database: Database;

beforeAll(async () => {
  site = await openSite();
  urls = await site.freshDatabase(['demo', 'seeded', 'added']);
  database = openDatabase(urls.appUrl);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

it('a tenant added later gets the same seeds as one seeded at start', async () => {
  await seedTenant(database, 'seeded');
  const admin = { id: 'added', admin: 'first.admin', password: 'a-long-password-of-the-first' };
  expect(await addTenant(database, { ...admin, preset: null })).toBe(true);
  const counts = (tenant: string) =>
    database.transaction({ tenant, user: null }, async (tx) => ({
      roles: await tx.role.count(),
      policies: await tx.dataPolicy.count(),
      purposes: await tx.consentPurpose.count(),
      hazardTypes: await tx.hazardType.count(),
    }));
  const seeded = await counts('seeded');
  expect(Object.values(seeded).every((count) => count > 0)).toBe(true);
  expect(await counts('added')).toEqual(seeded);
});

it('[ARC-06] the start refuses a table that no module owns, and names it', async () => {
  const client = new pg.Client({ connectionString: urls.superUrl });
  await client.connect();
  try {
    await client.query('CREATE TABLE stray (id text PRIMARY KEY)');
    await expect(startApi(site, urls.appUrl)).rejects.toThrow(
      'the table "stray" has no owner: name it in tables of its module\'s manifest',
    );
    await client.query('DROP TABLE stray');
    await (await startApi(site, urls.appUrl)).stop();
  } finally {
    await client.end();
  }
});

it('a missing service of an earlier module is named', () => {
  const services = createServices();
  expect(() => services.get('cameras')).toThrow('no module provides the service "cameras" yet');
  services.provide('rotation', {} as never);
  expect(() => services.provide('rotation', {} as never)).toThrow('two modules provide');
});
