import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScopedSite, type ScopedSite } from '../../testing/scoped-site.ts';

let site: ScopedSite;
beforeAll(async () => {
  site = await openScopedSite();
});
afterAll(() => site?.stop());

const claim = async (id: string) => {
  const { status } = await site.api.send('operator', 'PUT', `/incidents/${id}/claim`, {});
  expect(status).toBe(200);
};
const left = async (id: string): Promise<number> => {
  const { rows } = await site.sql.query(
    'SELECT count(*)::int AS count FROM incident_claim WHERE incident_id = $1',
    [id],
  );
  return rows[0].count;
};

describe('a claim ends', () => {
  it('with the verdict on the last of the findings that wait, given one by one', async () => {
    const { world } = site;
    const start = world.hour();
    const first = await world.see(world.west, start, 'a');
    const second = await world.see(world.west, start + 5_000, 'a', {
      rule: 'running',
      severity: 'low',
    });
    const act = await world.incidentOf(first.id);
    expect(act.findings).toBe(2);
    await claim(act.id);
    for (const [n, { id }] of [first, second].entries()) {
      expect(await left(act.id)).toBe(1);
      const { version } = await site.get<{ version: number }>('safety', `/violations/${id}`);
      const { status } = await site.api.send('safety', 'POST', `/violations/${id}/verdict`, {
        decision: 'confirm',
        version,
      });
      expect([n, status]).toEqual([n, 200]);
    }
    expect(await left(act.id)).toBe(0);
    const { rows } = await site.sql.query(
      `SELECT 1 FROM outbox_event WHERE type = 'cn.anshi.incident-claim.changed.v1' AND subject = $1`,
      [act.id],
    );
    expect(rows).toHaveLength(2);
  });

  it('where the incident becomes part of another one', async () => {
    const { world } = site;
    const [stays, goes] = [
      await world.incidentOf((await world.see(world.west, world.hour(), 'a')).id),
      await world.incidentOf((await world.see(world.west, world.hour(), 'a')).id),
    ];
    await claim(stays.id);
    await claim(goes.id);
    const { status } = await site.api.send('safety', 'POST', `/incidents/${stays.id}/join`, {
      incident: goes.id,
      version: stays.version,
    });
    expect(status).toBe(200);
    expect([await left(stays.id), await left(goes.id)]).toEqual([1, 0]);
  });
});

it('what came since is found by an index of when it was recorded', async () => {
  const { rows } = await site.sql.query(
    `SELECT indexdef FROM pg_indexes WHERE indexname = 'incident_opened'`,
  );
  expect(rows[0]?.indexdef).toMatch(/incident USING btree \(tenant_id, opened_at\)/);
});
