import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { type IncidentSite, openIncidentSite } from '../../testing/incidents.ts';
import { confirmedAs, handleOn, identifiedAs } from '../../testing/named-people.ts';

let world: IncidentSite;
let database: Database;
beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

/** A person who goes from one camera to the other: 4 m in 5 s, and no path that both saw. */
const walkOver = async () => {
  const { west, east, see, end } = world;
  const start = world.hour();
  const first = await see(west, start, 'a', { at: [5, 5] });
  await end(west, first, start + 3_000);
  const second = await see(east, start + 11_000, 'x', { at: [9, 5] });
  const [one, other] = [
    await handleOn(database, 'E006', start),
    await handleOn(database, 'E008', start),
  ];
  return { first, second, one: one.handle, other: other.handle };
};
const idsOf = async (...findings: { id: string }[]) =>
  Promise.all(findings.map(async ({ id }) => (await world.incidentOf(id)).id));

describe('findings of two cameras that a later identity gives to one person', () => {
  it('become one incident, and two again when a later statement tells two people', async () => {
    const { first, second, one, other } = await walkOver();
    expect(new Set(await idsOf(first, second)).size).toBe(2);
    await world.west.deliver(identifiedAs(first, 1, confirmedAs(one)));
    expect(new Set(await idsOf(first, second)).size).toBe(2);
    await world.east.deliver(identifiedAs(second, 1, confirmedAs(one)));
    const act = await world.detailOf((await world.incidentOf(second.id)).id);
    expect(act).toMatchObject({ id: first.id, findings: 2 });
    const joined = act.members.find(({ violation }) => violation.id === second.id);
    expect(joined?.why).toEqual({ by: 'same-name', with: first.id, odds: null });

    await world.east.deliver(identifiedAs(second, 2, confirmedAs(other)));
    expect(await idsOf(first, second)).toEqual([first.id, second.id]);
  });

  it('stay as people divide them, until that is undone', async () => {
    const { first, second, one } = await walkOver();
    await world.west.deliver(identifiedAs(first, 1, confirmedAs(one)));
    await world.east.deliver(identifiedAs(second, 1, confirmedAs(one)));
    const { id, version } = await world.incidentOf(first.id);
    const request = { findings: [second.id], reason: 'two acts', version };
    await world.done(world.post(id, 'split', request));
    await world.east.deliver(identifiedAs(second, 2, confirmedAs(one)));
    expect(new Set(await idsOf(first, second)).size).toBe(2);
    const now = await world.incidentOf(first.id);
    await world.done(world.post(now.id, 'undo', { version: now.version }));
    expect(new Set(await idsOf(first, second)).size).toBe(1);
  });

  it('do not join what has a verdict in another incident', async () => {
    const { first, second, one } = await walkOver();
    for (const finding of [first, second]) {
      const { id, version } = await world.incidentOf(finding.id);
      await world.done(world.post(id, 'verdict', { version, decision: 'confirm' }));
    }
    await world.west.deliver(identifiedAs(first, 1, confirmedAs(one)));
    await world.east.deliver(identifiedAs(second, 1, confirmedAs(one)));
    expect(await idsOf(first, second)).toEqual([first.id, second.id]);
  });
});
