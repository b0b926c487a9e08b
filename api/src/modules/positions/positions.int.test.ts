import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';

let world: PositionsWorld;
let agreed: string;
let refused: string;

beforeAll(async () => {
  world = await openPositionsWorld();
  agreed = await world.personOf('E008');
  refused = await world.personOf('E010');
  await world.bind(agreed, 'badge-agreed');
  await world.bind(refused, 'badge-refused');
  await world.agree(agreed);
  await world.consent(refused, 'badge-tracking', 'given');
  await world.consent(refused, 'video-identity', 'refused');
});
afterAll(() => world?.stop());

/** Sends fixes of these badges and then one of the one who agreed, whose arrival shows that all are through. */
async function through(...badges: string[]): Promise<number> {
  const from = world.heard.length;
  for (const badge of badges) await world.fix(badge);
  await world.handleOf('badge-agreed');
  return from;
}

describe('positions for workers', () => {
  it('are of those who agreed to both, under a handle, and within 300 ms', async () => {
    await world.handleOf('badge-agreed');
    const from = await through('badge-refused', 'badge-of-nobody', 'badge-agreed');
    const fixes = world.heard.slice(from);
    expect(new Set(fixes.map(({ fix }) => fix.handle)).size).toBe(1);
    const { fix } = fixes[0]!;
    expect(fix).toMatchObject({ reader: 'hall', accuracy: 1, isZone: false });
    expect(JSON.stringify(fixes)).not.toMatch(/badge|E008|E010/);
    // Of the same clock: from the arrival at the API until the worker has it.
    const delays = fixes.map(({ fix: one, at }) => at - Date.parse(one.arrivedAt));
    expect(Math.min(...delays)).toBeLessThan(300);
    const row = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.badgeHandle.findMany(),
    );
    expect(row.map(({ handle }) => handle)).toEqual([fix.handle]);
  });

  it('are the zone of a reader with a place, and none of a reader without one', async () => {
    const place = { source: 'portal', floorPlan: 'hall', field: { centre: [3, 4], radius: 1.5 } };
    const made = await world.api.send<{ id: string; version: number }>(
      'admin',
      'POST',
      '/reader-places',
      place,
    );
    expect(made.status).toBe(201);
    const again = await world.api.send<{ code: string }>('admin', 'POST', '/reader-places', place);
    expect([again.status, again.body.code]).toEqual([409, 'reader-place.source-taken']);
    const nowhere = { ...place, source: 'other', floorPlan: 'attic' };
    expect((await world.api.send('admin', 'POST', '/reader-places', nowhere)).status).toBe(422);
    const zero = { type: 'Point' as const, coordinates: [0, 0] as [number, number] };
    const read = { provider_type: 'rfid' as const, position: zero, accuracy: 10_000 };
    const from = world.heard.length;
    await world.fix('badge-agreed', { ...read, source: 'portal-2/antenna-1' });
    await world.fix('badge-agreed', { ...read, source: 'portal/antenna-1' });
    await world.handleOf('badge-agreed');
    const zones = world.heard.slice(from).filter(({ fix }) => fix.isZone);
    expect(zones.map(({ fix }) => fix)).toMatchObject([
      { reader: 'portal/antenna-1', position: [3, 4], accuracy: 1.5 },
    ]);
    expect(world.heard.some(({ fix }) => fix.position[0] === 0)).toBe(false);
    const moved = {
      version: made.body.version,
      floorPlan: 'hall',
      field: { centre: [5, 6], radius: 2 },
    };
    const path = `/reader-places/${made.body.id}`;
    expect((await world.api.send('admin', 'PATCH', path, moved)).status).toBe(200);
    expect((await world.api.send('admin', 'PATCH', path, moved)).status).toBe(409);
    expect((await world.api.send('operator', 'GET', '/reader-places')).status).toBe(403);
    expect((await world.api.send('admin', 'DELETE', path)).status).toBe(204);
  });

  it('come with what cannot be seen, which is said again before it ends', async () => {
    const { content } = await until(() => world.state(), 'the state of the plan');
    expect(content).toMatchObject({ floorPlan: 'hall', withdrawn: [], noBadge: 1 });
    expect(Date.parse(content.validUntil) - Date.parse(content.at)).toBe(30_000);
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.department.updateMany({ where: { id: 'purchasing' }, data: { site: 'plant-1' } }),
    );
    // E008 agreed and wears a badge. E010 of another site wears one that is never told of, and may come.
    await until(() => world.state()?.content.unseenBadge === 0.5, 'a guest may not be seen');
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.department.updateMany({ where: { id: 'environment' }, data: { site: null } }),
    );
    // Of no site, E010 is one of the people here.
    await until(() => world.state()?.content.unseenBadge === 0.5, 'half of them cannot be seen');
    expect(world.state()?.content.noBadge).toBe(0);
  });

  it('[SEC-21] stop within a second of a withdrawal; the handle is to be forgotten, and is another one later', async () => {
    const handle = await world.handleOf('badge-agreed');
    await world.consent(agreed, 'video-identity', 'withdrawn');
    const withdrawnAt = Date.now();
    const told = await until(
      () => (world.state()?.content.withdrawn.includes(handle) ? world.state() : null),
      'the state says so',
    );
    expect(told.at - withdrawnAt).toBeLessThan(1_000);
    // What is measured while it is withdrawn is never told, also not after the next agreement.
    const forbidden = new Date().toISOString();
    for (let n = 0; n < 5; n++) await world.fix('badge-agreed');
    const allowed = new Date().toISOString();
    await world.consent(agreed, 'video-identity', 'given');
    await world.fix('badge-agreed', { timestamp_generated: forbidden });
    const other = await world.handleOf('badge-agreed');
    expect(other).not.toBe(handle);
    const since = world.heard.filter(({ at }) => at > withdrawnAt);
    // What was on its way may arrive within the second; nothing that was measured since then is ever told.
    const late = since.filter(({ at, fix }) => at - withdrawnAt >= 1_000 && fix.at <= allowed);
    expect(late).toEqual([]);
    const measured = (at: string) => at >= forbidden && at <= allowed;
    expect(world.heard.filter(({ fix }) => measured(fix.at))).toEqual([]);
    expect(
      since.filter(({ at, fix }) => at - withdrawnAt >= 1_000 && fix.handle === handle),
    ).toEqual([]);
  });

  it('have another handle with the next wearer of a badge', async () => {
    const next = await world.personOf('E011');
    await world.agree(next);
    const id = await world.bind(agreed, 'badge-handed-on');
    const first = await world.handleOf('badge-handed-on');
    expect(
      (await world.api.send('clerk', 'DELETE', `/persons/${agreed}/badges/${id}`)).status,
    ).toBe(204);
    await until(() => world.state()?.content.withdrawn.includes(first), 'it was handed in');
    await world.bind(next, 'badge-handed-on');
    expect(await world.handleOf('badge-handed-on')).not.toBe(first);
  });
});
