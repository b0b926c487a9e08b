import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditWorld, openAuditWorld } from '../../testing/audit-world.ts';
import { until } from '../../testing/site.ts';

let world: AuditWorld;
beforeAll(async () => {
  world = await openAuditWorld();
});
afterAll(() => world?.close());

describe('the query', () => {
  it('[SEC-09] finds what was done by user, person, thing, action and time, page by page', async () => {
    const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 8, minute));
    for (let minute = 0; minute < 7; minute++) {
      await world.seed({
        user: 'safety',
        action: 'view',
        at: at(minute),
        entityId: `p-${minute}`,
        person: 'P1',
      });
    }
    await world.seed({
      user: 'manager',
      action: 'update',
      at: at(3),
      entity: 'hazard',
      entityId: 'h-1',
    });
    const safety = await world.userId('safety');
    const ofUser = await world.read(`user=${safety}&entity=person`);
    expect(ofUser.items).toHaveLength(7);
    expect(ofUser.items[0]?.text).toMatchObject({
      zh: 'safety 查看了人员档案 p-6',
      en: 'safety looked at person p-6',
    });
    expect((await world.read('person=P1&action=view')).items).toHaveLength(7);
    expect((await world.read('entity=hazard&entityId=h-1')).items).toMatchObject([
      { action: 'update' },
    ]);
    const between = `from=${at(2).toISOString()}&to=${at(4).toISOString()}`;
    expect((await world.read(between)).items).toHaveLength(3);
    const first = await world.read(`person=P1&limit=5`);
    const rest = await world.read(`person=P1&limit=5&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ entityId }) => entityId)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((n) => `p-${n}`),
    );
    expect(rest.next).toBeNull();
    await until(
      async () => (await world.read('person=P1')).items.every(({ position }) => position !== null),
      'the lines are in the chain',
      10_000,
    );
  });

  it('[SEC-08] leaves a line for each reading of the log itself', async () => {
    await world.read('entity=only-this-once');
    const { items } = await world.read('entity=audit&action=query');
    expect(items).toContainEqual(
      expect.objectContaining({
        user: expect.objectContaining({ name: 'auditor' }),
        after: { entity: 'only-this-once' },
      }),
    );
  });

  it('is not for those without the permission, and exports as CSV and as JSON lines', async () => {
    const worker = await world.api.signIn('worker.press');
    for (const path of ['', '/export', '/verification', '/findings', '/rules']) {
      expect((await world.api.get(`/api/v1/audit${path}`, worker)).status).toBe(403);
    }
    await world.seed({
      user: 'safety',
      action: 'view',
      at: new Date(),
      entityId: '=1+1',
      entity: 'trap',
    });
    const csv = await world.api.get('/api/v1/audit/export?entity=trap', world.auditor);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const text = await csv.text();
    expect(text.split('\r\n')[0]).toContain('seq,at,user');
    expect(text).toContain(",trap,'=1+1,");
    const ndjson = await world.api.get(
      '/api/v1/audit/export?entity=trap&format=ndjson',
      world.auditor,
    );
    const lines = (await ndjson.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ entity: 'trap', entityId: '=1+1' }]);
    expect((await world.read('entity=audit&action=export')).items).toHaveLength(2);
  });
});

describe('a narrower scope', () => {
  it('shows no further than it reaches: the lines of and about the own department', async () => {
    await world.admin.query(
      `INSERT INTO role (tenant_id, id, name, permissions)
       VALUES ('demo', 'dept-auditor', '{"zh":"x","en":"x"}', '{audit:read@department}')`,
    );
    await world.admin.query(
      `INSERT INTO user_role (tenant_id, user_id, role_id)
       SELECT tenant_id, id, 'dept-auditor' FROM app_user WHERE username = 'head.press'`,
    );
    const { rows } = await world.admin.query(
      `SELECT u.username, p.id FROM app_user u JOIN person p ON p.id = u.person_id
       WHERE u.username IN ('worker.press', 'keeper')`,
    );
    const at = new Date('2026-04-01T02:00:00.000Z');
    for (const { username, id } of rows) {
      await world.seed({
        user: 'safety',
        action: 'view',
        at,
        entity: 'reach',
        entityId: username,
        person: id,
      });
      await world.seed({
        user: username,
        action: 'update',
        at,
        entity: 'reach',
        entityId: `by-${username}`,
      });
    }
    const head = await world.api.signIn('head.press');
    const seen = async (who: { authorization: string }) =>
      (await world.read('entity=reach', who)).items.map(({ entityId }) => entityId).sort();
    expect(await seen(head)).toEqual(['by-worker.press', 'worker.press']);
    expect(await seen(world.auditor)).toHaveLength(4);
    const exported = await (await world.api.get('/api/v1/audit/export?entity=reach', head)).text();
    expect(exported).not.toContain('keeper');
    for (const path of [
      '/audit/findings',
      '/audit/rules',
      '/audit/verification',
      '/data-catalogue/department/warehouse/lineage',
    ]) {
      expect([path, (await world.api.get(`/api/v1${path}`, head)).status]).toEqual([path, 403]);
    }
    expect((await world.api.post('/api/v1/audit/verification', {}, head)).status).toBe(403);
  });
});
