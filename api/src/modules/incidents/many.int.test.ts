import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { confirmedAs, handleOn } from '../../testing/named-people.ts';
import { openScopedSite, type ScopedSite } from '../../testing/scoped-site.ts';
import type { Incident, ManyDecided } from './schema.ts';

let site: ScopedSite;
let database: Database;
beforeAll(async () => {
  site = await openScopedSite();
  database = openDatabase(site.api.settings.databaseUrl);
});
afterAll(async () => {
  await database?.close();
  await site?.stop();
});

type Row = { id: string; version: number };

/** A new incident of hall-west, or of another worker. */
async function found(worker: keyof Pick<ScopedSite['world'], 'west' | 'east'> = 'west') {
  const { world } = site;
  const { id } = await world.see(world[worker], world.hour(), 'a');
  return world.incidentOf(id);
}
const decide = (user: string, decision: object, incidents: readonly Row[]) =>
  site.api.send<ManyDecided & { code?: string }>(user, 'POST', '/incidents/verdicts', {
    ...decision,
    incidents: incidents.map(({ id, version }) => ({ id, version })),
  });
const now = async ({ id }: Row) => site.get<Incident>('operator', `/incidents/${id}`);
const dismiss = { decision: 'dismiss', reason: 'false-detection' };

/** All that a refused row could have changed. */
async function stateOf(ids: readonly string[]): Promise<unknown> {
  const { rows } = await site.sql.query(
    `SELECT (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.id) FROM violation v WHERE v.id = ANY ($1)) AS violations,
      (SELECT jsonb_agg(to_jsonb(i) - 'told' ORDER BY i.id) FROM incident i WHERE i.id = ANY ($1)) AS incidents,
      (SELECT count(*) FROM verdict WHERE violation_id = ANY ($1)) AS verdicts,
      (SELECT count(*) FROM safety_entry WHERE violation_id = ANY ($1)) AS entries,
      (SELECT count(*) FROM audit_log WHERE entity IN ('violation', 'incident') AND entity_id = ANY ($1)
        AND action IN ('confirm', 'dismiss', 'reopen')) AS lines`,
    [ids],
  );
  return rows[0];
}

describe('one decision for many incidents', () => {
  it('[VIS-08] is a verdict on each, with its reviewer, its line of the audit log and its event', async () => {
    const acts = [await found(), await found('east'), await found()];
    const { status, body } = await decide('operator', { ...dismiss, note: 'a mop' }, acts);
    expect(status).toBe(200);
    expect(body.items).toEqual(
      acts.map(({ id, version }) => ({
        id,
        outcome: 'done',
        status: 'dismissed',
        version: version + 1,
      })),
    );
    for (const act of acts) {
      expect(await now(act)).toMatchObject({
        status: 'dismissed',
        undecided: 0,
        verdict: {
          by: { displayName: { en: 'Li Zhiban' } },
          reason: 'false-detection',
          note: 'a mop',
        },
      });
      const { rows } = await site.sql.query(
        `SELECT entity, action FROM audit_log WHERE entity_id = $1 AND action = 'dismiss' ORDER BY entity`,
        [act.id],
      );
      expect(rows.map(({ entity }) => entity)).toEqual(['incident', 'violation']);
      const told = await site.sql.query(
        `SELECT 1 FROM outbox_event WHERE type = 'cn.anshi.incident.closed.v1' AND subject = $1`,
        [act.id],
      );
      expect(told.rows).toHaveLength(1);
    }
    const undone = await decide('operator', { decision: 'reopen' }, body.items as Row[]);
    expect(undone.body.items.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
    for (const act of acts)
      expect(await now(act)).toMatchObject({ status: 'pending', verdict: null });
  });

  it('[UX-09] answers for each row, in order, and takes nothing of those that it refuses', async () => {
    const [first, stale, decided, last] = [
      await found(),
      await found(),
      await found(),
      await found(),
    ];
    await decide('safety', dismiss, [decided]);
    const foreign = await found('east');
    const refused = [stale.id, decided.id, foreign.id];
    const before = await stateOf(refused);
    const { body } = await decide('press', { decision: 'confirm' }, [
      first,
      { ...stale, version: stale.version + 7 },
      decided,
      foreign,
      { id: ulid(), version: 1 },
      last,
    ]);
    expect(body.items).toMatchObject([
      { id: first.id, outcome: 'done', status: 'confirmed' },
      {
        id: stale.id,
        outcome: 'conflict',
        code: 'incident.version-conflict',
        version: stale.version,
        current: { id: stale.id, status: 'pending' },
      },
      {
        id: decided.id,
        outcome: 'conflict',
        code: 'incident.version-conflict',
        current: { status: 'dismissed', verdict: { by: { displayName: { en: 'Wang Anquan' } } } },
      },
      { id: foreign.id, outcome: 'refused', code: 'incident.unknown', text: expect.any(String) },
      { outcome: 'refused', code: 'incident.unknown' },
      { id: last.id, outcome: 'done', status: 'confirmed' },
    ]);
    expect(await stateOf(refused)).toEqual(before);
    const again = await decide('press', { decision: 'confirm' }, [await now(first)]);
    expect(again.body.items).toMatchObject([{ outcome: 'conflict', code: 'incident.already-so' }]);
  });

  it('[SEC-11] does not know what is another company’s', async () => {
    const act = await found();
    const id = ulid();
    await site.sql.query(
      `INSERT INTO incident SELECT (jsonb_populate_record(i, jsonb_build_object('tenant_id', 'rival', 'id', $2::text))).*
       FROM incident i WHERE id = $1`,
      [act.id, id],
    );
    const before = await stateOf([id]);
    const { body } = await decide('operator', dismiss, [{ id, version: 1 }]);
    expect(body.items).toMatchObject([{ outcome: 'refused', code: 'incident.unknown' }]);
    expect(await stateOf([id])).toEqual(before);
  });

  it('takes 100 at most, each once, with no candidate, of those who review', async () => {
    const act = await found();
    const before = await stateOf([act.id]);
    const many = Array.from({ length: 101 }, () => ({ id: ulid(), version: 1 }));
    for (const rows of [many, [act, act], []]) {
      expect((await decide('operator', dismiss, rows)).status).toBe(400);
    }
    const candidate = { finding: act.id, handle: 'AAAAAAAAAAAAAAAA', reason: 'as I say' };
    const chosen = await decide('operator', { decision: 'confirm', candidate }, [act]);
    expect(chosen.status).toBe(400);
    expect((await decide('assembly', dismiss, [act])).status).toBe(403);
    expect((await decide('worker', dismiss, [act])).status).toBe(403);
    expect(await stateOf([act.id])).toEqual(before);
  });

  it('gives no reason that the models learn from: those need a look each', async () => {
    const act = await found();
    const before = await stateOf([act.id]);
    for (const reason of ['item-worn', 'not-a-person']) {
      expect(await decide('operator', { decision: 'dismiss', reason }, [act])).toMatchObject({
        status: 422,
        body: { code: 'incident.reason-needs-look' },
      });
    }
    expect(await stateOf([act.id])).toEqual(before);
  });

  it('confirms none that names a person, whichever finding says so, and dismisses it', async () => {
    const { world } = site;
    const start = world.hour();
    const { handle } = await handleOn(database, 'E006', start);
    const first = await world.see(world.west, start, 'a');
    await world.see(world.west, start + 5_000, 'a', {
      rule: 'running',
      severity: 'low',
      identity: confirmedAs(handle),
    });
    const [named, plain] = [await world.incidentOf(first.id), await found()];
    expect(named).toMatchObject({ findings: 2, person: { name: expect.any(String) } });
    const before = await stateOf([named.id]);
    const { body } = await decide('operator', { decision: 'confirm' }, [named, plain]);
    expect(body.items).toMatchObject([
      { id: named.id, outcome: 'refused', code: 'incident.names-person' },
      { id: plain.id, outcome: 'done' },
    ]);
    expect(await stateOf([named.id])).toEqual(before);
    const rejected = await decide('operator', dismiss, [named]);
    expect(rejected.body.items).toMatchObject([{ outcome: 'done', status: 'dismissed' }]);
  });

  it('is no way around the rule against judging what may be one’s own', async () => {
    const { world } = site;
    const start = world.hour();
    const { handle } = await handleOn(database, 'E005', start);
    const { id } = await world.see(world.west, start, 'a', { identity: confirmedAs(handle) });
    const [own, other] = [await world.incidentOf(id), await found()];
    const before = await stateOf([own.id]);
    const { body } = await decide('press', dismiss, [own, other]);
    expect(body.items).toMatchObject([
      { id: own.id, outcome: 'refused', code: 'violation.own-case' },
      { id: other.id, outcome: 'done' },
    ]);
    expect(await stateOf([own.id])).toEqual(before);
  });

  it('leaves out what another reviewer decided already: its undo would reopen that, too', async () => {
    const { world } = site;
    const start = world.hour();
    const { id } = await world.see(world.west, start, 'a');
    const first = await world.incidentOf(id);
    await site.api.send('safety', 'POST', `/incidents/${id}/verdict`, {
      decision: 'confirm',
      version: first.version,
    });
    await world.see(world.west, start + 5_000, 'a', { rule: 'running', severity: 'low' });
    const grown = await world.incidentOf(id);
    expect(grown).toMatchObject({ status: 'confirmed', findings: 2, undecided: 1 });
    const before = await stateOf([id]);
    const confirm = { decision: 'confirm' };
    expect((await decide('operator', confirm, [grown])).body.items).toMatchObject([
      { id, outcome: 'refused', code: 'incident.others-verdict' },
    ]);
    expect(await stateOf([id])).toEqual(before);
    expect((await decide('safety', confirm, [grown])).body.items).toMatchObject([
      { outcome: 'done', status: 'confirmed' },
    ]);
  });

  it('reopens only what the same reviewer decided, and of those that name a person what was just decided', async () => {
    const { world } = site;
    const start = world.hour();
    const { handle } = await handleOn(database, 'E006', start);
    const { id } = await world.see(world.west, start, 'a', { identity: confirmedAs(handle) });
    const acts = [await world.incidentOf(id), await found()];
    const { body } = await decide('operator', dismiss, acts);
    const decided = body.items as Row[];
    const ids = decided.map((one) => one.id);
    const before = await stateOf(ids);
    const reopen = { decision: 'reopen' };
    expect((await decide('safety', reopen, decided)).body.items).toMatchObject([
      { outcome: 'refused', code: 'incident.others-verdict' },
      { outcome: 'refused', code: 'incident.others-verdict' },
    ]);
    expect(await stateOf(ids)).toEqual(before);
    const undone = await decide('operator', reopen, decided);
    expect(undone.body.items.map(({ outcome }) => outcome)).toEqual(['done', 'done']);

    const again = await decide('operator', dismiss, undone.body.items as Row[]);
    await site.sql.query(
      `UPDATE violation SET reviewed_at = now() - interval '1 hour' WHERE id = ANY ($1)`,
      [ids],
    );
    expect((await decide('operator', reopen, again.body.items as Row[])).body.items).toMatchObject([
      { id, outcome: 'refused', code: 'incident.names-person' },
      { outcome: 'done' },
    ]);
  });

  it('of two reviewers at once decides each incident once', async () => {
    const acts = await Promise.all(Array.from({ length: 6 }, () => found()));
    const answers = await Promise.all([
      decide('operator', dismiss, acts),
      decide('safety', { decision: 'confirm' }, [...acts].reverse()),
    ]);
    const [one, other] = answers.map(({ body }) => new Map(body.items.map((row) => [row.id, row])));
    for (const { id } of acts) {
      const outcomes = [one!.get(id)!.outcome, other!.get(id)!.outcome];
      expect(outcomes.sort()).toEqual(['conflict', 'done']);
    }
    const { rows } = await site.sql.query(
      'SELECT count(*)::int AS count FROM verdict WHERE violation_id = ANY ($1)',
      [acts.map(({ id }) => id)],
    );
    expect(rows[0].count).toBe(acts.length);
  });
});
