import { afterAll, beforeAll, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { NAMING, namedPeople, namedSince } from './gate.ts';

let site: Site;
let database: Database;

beforeAll(async () => {
  site = await openSite();
  database = openDatabase((await site.seededDatabase()).appUrl);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

it('consent to names is said of all people at once what it says of each', async () => {
  const compared = await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const people = await tx.person.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
    let n = 0;
    const add = (personId: string, purposeId: string) => {
      n += 1;
      const noticeVersion = [1, 50, 51][n % 3] as number;
      const decision = ['given', 'given', 'withdrawn', 'refused', 'given'][n % 5] as string;
      const answer = { personId, purposeId, noticeVersion, decision, how: 'desk', scope: [] };
      return tx.consent.create({ data: { ...answer, tenantId: 'demo' } });
    };
    for (const [at, { id }] of people.entries()) {
      for (const purpose of NAMING) {
        for (let times = 0; times <= at % 4; times++) await add(id, purpose);
      }
    }
    const read = async () => {
      const rows = await tx.$queryRaw<{ each: boolean; all: boolean }[]>(Prisma.sql`
        SELECT ${namedSince(Prisma.sql`p.id`)} IS NOT NULL AS "each", p.id IN (${namedPeople}) AS "all"
        FROM person p ORDER BY p.id`);
      expect(rows.map(({ all }) => all)).toEqual(rows.map(({ each }) => each));
      return rows.filter(({ all }) => all).length;
    };
    const before = await read();
    const ended = { name: {}, notice: {}, scope: [], sensitive: true, renew: false };
    await tx.consentPurpose.create({
      data: { ...ended, tenantId: 'demo', id: 'badge-tracking', version: 60, active: false },
    });
    return { people: people.length, before, after: await read() };
  });
  expect(compared.before).toBeGreaterThan(0);
  expect(compared.before).toBeLessThan(compared.people);
  expect(compared.after).toBe(0);
});
