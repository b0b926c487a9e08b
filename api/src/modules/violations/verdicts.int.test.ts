import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openViolationWorld, type ViolationWorld } from '../../testing/violation-world.ts';
import type { Violation } from './schema.ts';

let world: ViolationWorld;
beforeAll(async () => {
  world = await openViolationWorld();
});
afterAll(() => world?.stop());

/** The audit lines of a violation, oldest first. */
async function auditLines(id: string) {
  const admin = new pg.Client({ connectionString: world.superUrl });
  await admin.connect();
  await admin.query("SELECT set_config('app.tenant', 'demo', false)");
  const { rows } = await admin.query(
    `SELECT action, user_name AS user, before, after FROM audit_log
     WHERE entity = 'violation' AND entity_id = $1 ORDER BY seq`,
    [id],
  );
  await admin.end();
  return rows as { action: string; user: string | null; before: object; after: object }[];
}

describe('the audit log', () => {
  it('[SEC-08] logs recording, views and verdicts, and one line for many ranges', async () => {
    const event = await world.worker.confirm();
    await world.worker.blur(event);
    const path = `/api/v1/violations/${event.id}`;
    for (let i = 0; i < 3; i++) {
      const range = { ...world.officer, range: `bytes=${i}-${i + 4}` };
      expect((await world.api.get(`${path}/snapshot`, range)).status).toBe(206);
    }
    await world.decide(
      event.id,
      { decision: 'dismiss', reason: 'allowed-work', version: 1 },
      world.officer,
    );
    expect(await auditLines(event.id)).toMatchObject([
      { action: 'create', user: null, after: { rule: 'missing-ppe', camera: 'hall-west' } },
      { action: 'attach', user: null, after: { blurred: 'snapshot', heads: 1 } },
      { action: 'view', user: 'safety', after: { what: 'snapshot' } },
      {
        action: 'dismiss',
        user: 'safety',
        before: { status: 'pending' },
        after: { status: 'dismissed', reason: 'allowed-work' },
      },
    ]);
    // A reviewer who lost a conflict changed nothing, so there is no line.
    await world.decide(event.id, { decision: 'confirm', version: 1 });
    expect(await auditLines(event.id)).toHaveLength(4);
  });
});

describe('a verdict', () => {
  it('of two concurrent reviewers, the second gets the current row and overwrites nothing', async () => {
    const { id } = await world.worker.confirm();
    const answers = await Promise.all([
      world.decide(id, { decision: 'confirm', version: 1 }, world.operator),
      world.decide(
        id,
        { decision: 'dismiss', reason: 'false-detection', version: 1 },
        world.officer,
      ),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = (await answers.find(({ status }) => status === 409)?.json()) as {
      code: string;
      current: Violation;
    };
    const now = await world.read(id);
    expect(lost.code).toBe('violation.version-conflict');
    expect(lost.current).toEqual(now);
    expect(now.version).toBe(2);
    const history = await (
      await world.api.get(`/api/v1/violations/${id}/verdicts`, world.operator)
    ).json();
    expect((history as { items: object[] }).items).toHaveLength(1);
  });

  it('can be undone by reopening, and its history stays', async () => {
    const { id } = await world.worker.confirm();
    await world.decide(id, { decision: 'dismiss', reason: 'duplicate', version: 1 });
    const reopened = await world.decide(id, { decision: 'reopen', version: 2 }, world.officer);
    expect(await reopened.json()).toMatchObject({ status: 'pending', verdict: null, version: 3 });
    const history = await (
      await world.api.get(`/api/v1/violations/${id}/verdicts`, world.operator)
    ).json();
    expect((history as { items: object[] }).items).toMatchObject([
      { decision: 'dismiss', reason: 'duplicate', by: { displayName: { en: 'Li Zhiban' } } },
      { decision: 'reopen', by: { displayName: { en: 'Wang Anquan' } } },
    ]);
  });

  it('is immutable in the history, also for the owner of the tables', async () => {
    const { id } = await world.worker.confirm();
    await world.decide(id, { decision: 'confirm', version: 1 });
    const admin = new pg.Client({ connectionString: world.superUrl });
    await admin.connect();
    await expect(admin.query("UPDATE verdict SET decision = 'dismiss'")).rejects.toThrow(
      'never changed',
    );
    await admin.end();
  });

  it('requires a reason to dismiss, a version, a known violation and a changed status', async () => {
    const { id } = await world.worker.confirm();
    const noReason = await world.decide(id, { decision: 'dismiss', version: 1 });
    expect(noReason.status).toBe(400);
    expect(await noReason.json()).toMatchObject({ errors: [{ field: 'body.reason' }] });
    expect((await world.decide(id, { decision: 'confirm' })).status).toBe(400);
    expect((await world.decide(ulid(), { decision: 'confirm', version: 1 })).status).toBe(404);
    const unstorable = { decision: 'confirm', note: 'with a \u0000 in it', version: 1 };
    const refused = await world.decide(id, unstorable);
    expect(await refused.json()).toMatchObject({ status: 400, code: 'request.invalid' });
    const same = await world.decide(id, { decision: 'reopen', version: 1 });
    expect(await same.json()).toMatchObject({ status: 409, code: 'violation.already-so' });
  });
});
