import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HealthWorld, openHealthWorld } from '../../testing/health-world.ts';
import { facts } from './facts.ts';

let world: HealthWorld;
beforeAll(async () => {
  world = await openHealthWorld();
});
afterAll(() => world?.stop());

describe('the lists', () => {
  it('are exported as spreadsheets, and filtered by time', async () => {
    for (const path of ['/device-outages/export', '/device-health/hours/export']) {
      const headers = await world.api.signIn('operator');
      const csv = await world.api.get(`/api/v1${path}?format=csv&lang=en`, headers);
      expect(csv.status).toBe(200);
      const lines = (await csv.text()).trim().split('\n');
      expect(lines.length).toBeGreaterThan(1);
      const xlsx = await world.api.get(`/api/v1${path}`, headers);
      expect(
        Buffer.from(await xlsx.arrayBuffer())
          .subarray(0, 2)
          .toString(),
      ).toBe('PK');
    }
    const wrong = await world.api.send(
      'operator',
      'GET',
      '/device-outages?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    );
    expect([wrong.status, wrong.body]).toMatchObject([422, { code: 'device-health.range' }]);
    const old = await world.outagesOf('from=2024-01-01T00:00:00Z&to=2024-02-01T00:00:00Z');
    expect(old.items).toEqual([]);
  });

  it('hold the past week of the demonstration on the first day', async () => {
    const aisle = await world.board('aisle');
    expect(aisle?.cells).toMatch(/o{20}/);
    expect((await world.outagesOf('subject=aisle')).items.length).toBeGreaterThan(0);
  });

  it('lose what is over its term, and keep an outage that lasts', async () => {
    const later = new Date(Date.now() + 500 * 86_400_000);
    const left = await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      for (const { remove } of facts.purgers ?? []) await remove(tx, later, 50_000);
      const lasting = await tx.deviceOutage.count({ where: { endedAt: null } });
      const counts = [
        await tx.deviceHealthMinute.count(),
        await tx.deviceHealthHour.count(),
        (await tx.deviceOutage.count()) - lasting,
      ];
      return counts;
    });
    expect(left).toEqual([0, 0, 0]);
  });
});
