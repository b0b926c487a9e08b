import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { type ChainWorld, openChainWorld } from '../../testing/incident-chain.ts';
import type { Sent } from '../../testing/site.ts';
import type { incidentScene } from './scene-schema.ts';

type Scene = z.infer<typeof incidentScene>;

let world: ChainWorld;
const sceneOf = (user: string, id = world.incident): Promise<Sent<Scene & { code: string }>> =>
  world.api.send(user, 'GET', `/incidents/${id}/scene`);
const looks = () =>
  world.inTenant((tx) =>
    tx.auditLog.count({
      where: { action: 'view', entity: 'incident', after: { path: ['what'], equals: 'positions' } },
    }),
  );

beforeAll(async () => {
  world = await openChainWorld();
});
afterAll(() => world?.stop());

describe('the scene of an incident', () => {
  it('[ARC-02] has the place, its machines and cameras, and who was near with age and certainty', async () => {
    const before = await looks();
    const { status, body } = await sceneOf('officer');
    expect(status).toBe(200);
    expect(body.areas).toEqual([expect.objectContaining({ id: 'press-line', floorPlan: 'hall' })]);
    expect(body.areas[0]?.polygon?.length).toBeGreaterThan(2);
    expect(body.acts).toEqual([
      expect.objectContaining({ finding: world.finding, floorPlan: 'hall' }),
    ]);
    expect(body.near?.length).toBe(1);
    expect(body.more).toBe(false);
    const [fix] = body.near?.[0]?.fixes ?? [];
    expect(fix).toMatchObject({ floorPlan: 'hall', position: [4, 11], area: 'press-line' });
    expect(fix?.radius).toBeGreaterThan(0);
    expect([body.from <= (fix?.at ?? ''), (fix?.at ?? '') <= body.to]).toEqual([true, true]);
    // A look at positions is on record, once for a while.
    await sceneOf('officer');
    expect(await looks()).toBe(before + 1);
    // The name of the incident is confirmed: its badge is marked, and no name is said.
    expect(body.near?.[0]?.isPerson).toBe(true);
    expect(JSON.stringify(body)).not.toContain(world.person);
  });

  it('says the state of a machine by which a rule judged then, to those who may see machines', async () => {
    const { machines } = (await sceneOf('safety')).body;
    expect(machines).toContainEqual(
      expect.objectContaining({ id: 'press-1', state: 'running', isOfThen: true }),
    );
    expect((await sceneOf('reader')).body.machines).toEqual([]);
  });

  it('has the other cameras of the area, within the reach of the account', async () => {
    const found = (await sceneOf('safety')).body.cameras;
    expect(found[0]).toMatchObject({ id: 'hall-west', isOfIncident: true });
    // Without the right to cameras there is none.
    expect((await sceneOf('reader')).body.cameras).toEqual([]);
    await world.done('admin', 'POST', '/cameras', {
      id: 'hall-east',
      name: { zh: '东', en: 'Hall, east' },
      site: 'plant-1',
      address: 'rtsp://192.0.2.10/east',
      area: 'press-line',
    });
    expect((await sceneOf('safety')).body.cameras).toContainEqual(
      expect.objectContaining({ id: 'hall-east', isOfIncident: false }),
    );
  });

  it('has no positions without the right, without consent, or with the module off', async () => {
    const before = await looks();
    expect((await sceneOf('press')).body.near).toBeNull();
    await world.consent(world.person, 'badge-tracking', 'withdrawn');
    expect((await sceneOf('reader')).body.near).toEqual([]);
    expect(await looks()).toBe(before);
  });

  it('reads the findings of the incident once', async () => {
    const { id } = await world.done<{ id: string }>('safety', 'GET', '/auth/me');
    const reads: string[] = [];
    const { query } = pg.Client.prototype;
    const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client & { during?: { actor: { user: string | null } } },
      ...given: unknown[]
    ) {
      const [one] = given;
      const text = typeof one === 'string' ? one : ((one as { text?: string }).text ?? '');
      // Consumers and jobs read the same table whenever they have work: they are not of this account.
      const isOfAccount = this.during?.actor.user === id;
      if (isOfAccount && /FROM ("public"\.)?"violation"/.test(text)) reads.push(text);
      return Reflect.apply(query, this, given);
    });
    await sceneOf('safety');
    spy.mockRestore();
    expect(reads).toHaveLength(1);
  });

  it('is unknown where the incident is', async () => {
    const { status, body } = await sceneOf('neighbour');
    expect([status, body.code]).toEqual([404, 'incident.unknown']);
    expect((await sceneOf('officer', ulid())).status).toBe(404);
  });
});
