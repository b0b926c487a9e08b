import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditWorld, openAuditWorld } from '../../testing/audit-world.ts';
import { until } from '../../testing/site.ts';

let world: AuditWorld;
beforeAll(async () => {
  world = await openAuditWorld();
});
afterAll(() => world?.close());

describe('every write', () => {
  it('[SEC-08] of a user leaves a line with its request, and one that does not is counted', async () => {
    const administrator = await world.api.signIn('admin');
    const send = (method: string, path: string, body: object, who = administrator) =>
      fetch(`${world.api.url}/api/v1${path}`, {
        method,
        headers: { ...who, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const hook = { name: 'x', url: 'https://example.org/', types: ['cn.anshi.nothing'] };
    const made = (await (await send('POST', '/webhooks', hook)).json()) as { id: string };
    const at = `/webhooks/${made.id}`;
    await send('PATCH', at, { name: 'y', version: 1 });
    await send('POST', `${at}/secret`, { overlapHours: 1 });
    await fetch(`${world.api.url}/api/v1${at}`, { method: 'DELETE', headers: administrator });
    const put = { active: true, params: {} };
    await send('PUT', '/audit/rules/night', put, world.auditor);
    const { rows } = await world.admin.query(
      `SELECT action, count(DISTINCT request_id)::int AS requests FROM audit_log
       WHERE entity = 'webhook' AND entity_id = $1 GROUP BY action ORDER BY action`,
      [made.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['create', 'delete', 'rotate', 'update']);
    expect(rows.every(({ requests }) => requests === 1)).toBe(true);

    // Which notices one has read is one's own.
    await send('POST', '/notices/read', { all: true }, world.auditor);
    const scraped = await (await world.api.get('/metrics', administrator)).text();
    const unaudited = scraped.split('\n').filter((line) => line.startsWith('anshi_unaudited'));
    expect(unaudited.some((line) => line.includes('/notices/read'))).toBe(true);
    expect(unaudited.filter((line) => /webhooks|audit\//.test(line))).toEqual([]);
  });
});

describe('the verification', () => {
  const verify = async (method: 'GET' | 'POST') =>
    (await (
      await fetch(`${world.api.url}/api/v1/audit/verification`, { method, headers: world.auditor })
    ).json()) as { state: string; flaws: { kind: string; seq: string }[]; sealed: string };

  it('[SEC-08] can be read by auditors, and detects and reports a change by the table owner', async () => {
    const at = new Date('2026-06-01T08:00:00Z');
    await world.seed({ user: 'manager', action: 'update', at, entity: 'hazard', entityId: 'h-1' });
    for (let n = 0; n < 100; n++) {
      await world.seed({ user: 'safety', action: 'view', at, entityId: `p-${n}` });
    }
    await until(async () => {
      const result = await verify('POST');
      return result.state === 'ok' && Number(result.sealed) > 100;
    }, 'a first walk, over all lines');
    const { rows } = await world.admin.query(
      "SELECT seq FROM audit_log WHERE entity = 'hazard' AND entity_id = 'h-1'",
    );
    await world.admin.query(`BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE audit_log SET user_name = 'somebody else' WHERE seq = ${rows[0].seq}; COMMIT`);
    const broken = await until(async () => {
      const result = await verify('POST');
      return result.state === 'broken' ? result : null;
    }, 'a second walk');
    expect(broken.flaws).toMatchObject([{ kind: 'changed', seq: rows[0].seq }]);
    const { rows: findings } = await world.admin.query(
      "SELECT severity FROM audit_finding WHERE rule = 'chain'",
    );
    expect(findings).toEqual([{ severity: 'critical' }]);
  });
});
