import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPrivacyWorld, type PrivacyWorld } from '../../testing/privacy-world.ts';
import { makeUser } from '../../testing/users.ts';

let world: PrivacyWorld;
beforeAll(async () => {
  world = await openPrivacyWorld();
});
afterAll(() => world?.close());

describe('[ARC-03] the hub and its lineage', () => {
  it('lists the entities that all modules share, and where their records come from', async () => {
    const { json, text } = await world.call('GET', '/data-catalogue', world.officer);
    const person = json.items.find((one: { entity: string }) => one.entity === 'person');
    expect(person, text).toMatchObject({
      // Those of the company and the visitors of the first day.
      records: 17,
      sources: [
        { system: 'demo', records: 14 },
        { system: 'visit', records: 3 },
      ],
      references: ['department'],
      policy: 'person-file',
    });
    expect(json.items.map((one: { entity: string }) => one.entity)).toEqual(
      expect.arrayContaining(['person', 'department', 'area', 'equipment', 'violation', 'hazard']),
    );
  });

  it('shows the source, the changes and the published events of a record', async () => {
    await makeUser(world.database, 'p-hr', ['person:read@all', 'person:manage@all']);
    const hr = await world.api.signIn('p-hr');
    const body = {
      employeeNo: 'E300',
      name: '沈新',
      departmentId: 'assembly',
      source: { system: 'erp', ref: 'P-77' },
    };
    const { json: made } = await world.call('POST', '/persons', hr, body);
    await world.call('PATCH', `/persons/${made.id}`, hr, { version: 1, name: '沈新新' });
    const { json, text } = await world.call(
      'GET',
      `/data-catalogue/person/${made.id}/lineage`,
      world.officer,
    );
    expect(json, text).toMatchObject({
      source: 'erp',
      changes: [
        { action: 'create', by: 'p-hr' },
        { action: 'update', by: 'p-hr', fields: ['name'] },
      ],
      told: [{ type: 'cn.anshi.person.created.v1' }, { type: 'cn.anshi.person.changed.v1' }],
      // Nothing is left out and nothing was removed.
      changesSince: null,
      toldSince: null,
    });
    // Of more than are shown, the newest are shown, and the answer says so.
    await world.run((tx) =>
      tx.auditLog.createMany({
        data: Array.from({ length: 1_000 }, (_, n) => ({
          tenantId: 'demo',
          action: 'update',
          entity: 'person',
          entityId: made.id,
          after: { [`field-${n}`]: n },
        })),
      }),
    );
    const long = await world.call(
      'GET',
      `/data-catalogue/person/${made.id}/lineage`,
      world.officer,
    );
    expect(long.json.changes).toHaveLength(1_000);
    expect(long.json.changes.at(-1).fields).toEqual(['field-999']);
    expect(long.json.changesSince).toBe(json.changes[1].at);
    const odd = encodeURIComponent("x' OR 1=1 --");
    expect(
      (await world.call('GET', `/data-catalogue/person/${odd}/lineage`, world.officer)).status,
    ).toBe(404);
    expect(
      (await world.call('GET', '/data-catalogue/pg-user/1/lineage', world.officer)).status,
    ).toBe(404);
  });
});
