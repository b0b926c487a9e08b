import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCorrections } from '../../testing/badge-corrections.ts';
import { confirmedAs, handleOn, identifiedAs, oneOf } from '../../testing/named-people.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { shownWithoutConsent } from '../models/labels/refusals.ts';
import type { Preview } from './schema.ts';

let site: Awaited<ReturnType<typeof openCorrections>>;
beforeAll(async () => {
  site = await openCorrections();
  await makeUser(site.database, 'clerk', ['person:read@all', 'person:manage@all']);
});
afterAll(() => site?.stop());

const preview = (asked: object) =>
  site.send<Preview>('corrector', 'POST', '/badge-corrections/preview', asked);
const itemsOf = ({ items }: Preview) => items.map(({ violation, what }) => [violation, what]);
/** A person who never agreed to be named. */
async function unasked(): Promise<string> {
  const { rows } = await site.sql.query("SELECT id FROM person WHERE employee_no = 'E007'");
  return rows[0].id;
}
const newestOf = async (badge: string): Promise<string> => {
  const text = 'SELECT id FROM badge WHERE badge = $1 ORDER BY since DESC LIMIT 1';
  return (await site.sql.query(text, [badge])).rows[0].id;
};

describe('what a correction of a badge moves', () => {
  it('is all that was found by the rest of a binding that was divided, too', async () => {
    const { start, wrong, right, see, pending, binding } = await site.scene();
    const after = await see(240_000, 'c');
    expect((await site.decide(after.id, { decision: 'confirm' })).status).toBe(200);
    const at = (ms: number) => new Date(start + ms).toISOString();
    const stretch = { from: at(60_000), to: at(180_000) };
    const first = await site.corrected(site.asking(binding.id, right.person, stretch));
    expect(first.done.status).toBe(201);
    expect(await site.personOf(after.id)).toBe(wrong.person);

    // The time after the corrected stretch has a binding of its own.
    const tail = await newestOf(binding.badge);
    expect(tail).not.toBe(binding.id);
    const second = await site.corrected(site.asking(tail, right.person));
    expect(itemsOf(second.seen)).toEqual([[after.id, 'moves']]);
    expect(second.done.status).toBe(201);
    expect(await site.personOf(after.id)).toBe(right.person);
    expect(await site.statesOf(wrong.person, after.id)).toEqual(['moved']);

    // Undone in reverse order, the stretches are one binding again.
    const early = await site.undo(first.done.body.id);
    expect([early.done.status, early.done.body.code]).toEqual([
      409,
      'badge-correction.changed-since',
    ]);
    for (const { done } of [second, first]) {
      expect((await site.undo(done.body.id)).done.status).toBe(200);
    }
    expect([await site.personOf(pending.id), await site.personOf(after.id)]).toEqual([
      wrong.person,
      wrong.person,
    ]);
    const again = await preview(site.asking(binding.id, right.person));
    expect(again.body.items.map(({ violation }) => violation)).toContain(after.id);
  });

  it('is a confirmed record whose candidates a later statement changed', async () => {
    const { start, wrong, right, see, confirmed, binding } = await site.scene();
    const other = await handleOn(site.database, 'E008', start);
    const beside = await see(300_000, 'n');
    expect((await site.decide(beside.id, { decision: 'confirm' })).status).toBe(200);
    const { west } = site.world;
    await west.deliver(identifiedAs(confirmed, 1, oneOf(other.handle)));
    await west.deliver(identifiedAs(beside, 1, confirmedAs(other.handle, wrong.handle)));

    const moved = await site.corrected(site.asking(binding.id, right.person));
    for (const { id } of [confirmed, beside]) {
      expect(itemsOf(moved.seen)).toContainEqual([id, 'moves']);
      expect(await site.personOf(id)).toBe(right.person);
      expect(await site.statesOf(wrong.person, id)).toEqual(['moved']);
      expect(await site.statesOf(right.person, id)).toEqual(['in-force']);
    }
    expect((await site.undo(moved.done.body.id)).done.status).toBe(200);
    for (const { id } of [confirmed, beside]) {
      expect(await site.personOf(id)).toBe(wrong.person);
    }
    // The right person gave no consent: the name is removed from the record, and so is the entry in the file.
    const gone = await site.corrected(site.asking(binding.id, await unasked()));
    expect(gone.done.status, JSON.stringify(gone.done.body)).toBe(201);
    for (const { id } of [confirmed, beside]) {
      expect(await site.personOf(id)).toBeNull();
      expect(await site.statesOf(wrong.person, id)).not.toContain('in-force');
    }
    // The name that was taken out comes back.
    const back = await site.undo(gone.done.body.id);
    expect(back.done.body.notMovedBack).toEqual([]);
    for (const { id } of [confirmed, beside]) {
      expect(await site.personOf(id)).toBe(wrong.person);
      expect(await site.statesOf(wrong.person, id)).toContain('in-force');
    }
  });

  it('lets a new verdict on a record whose person was chosen by hand find the right one', async () => {
    const { start, wrong, right, see, binding } = await site.scene();
    const other = await handleOn(site.database, 'E008', start);
    const chosen = await see(240_000, 'c', oneOf(other.handle, wrong.handle));
    const choice = (reason: string) => ({
      decision: 'confirm',
      candidate: { finding: chosen.id, handle: wrong.handle, reason },
    });
    expect((await site.decide(chosen.id, choice('Told me so'))).status).toBe(200);
    const { seen } = await site.corrected(site.asking(binding.id, right.person));
    expect(itemsOf(seen)).toContainEqual([chosen.id, 'check']);
    expect((await site.decide(chosen.id, { decision: 'reopen' })).status).toBe(200);
    expect((await site.decide(chosen.id, choice('The badge was theirs'))).status).toBe(200);
    expect(await site.personOf(chosen.id)).toBe(right.person);
    expect(await site.statesOf(wrong.person, chosen.id)).toEqual(['taken-back']);
  });

  it('waits for what a person decides of the own consent', async () => {
    const { right, pending, binding } = await site.scene();
    const asked = site.asking(binding.id, right.person);
    const { digest } = (await preview(asked)).body;
    const other = new pg.Client({ connectionString: site.world.superUrl });
    await other.connect();
    try {
      await other.query('BEGIN');
      const { rows } = await other.query('SELECT pg_backend_pid() AS pid');
      await other.query('SELECT id FROM person WHERE id = $1 FOR NO KEY UPDATE', [right.person]);
      const body = { ...asked, reason: 'Mixed up', digest };
      let isDone = false;
      const making = site.send('corrector', 'POST', '/badge-corrections', body).then((answer) => {
        isDone = true;
        return answer;
      });
      const waiting = `SELECT 1 FROM pg_stat_activity
        WHERE $1::int = ANY (pg_blocking_pids(pid)) AND query LIKE '%FOR NO KEY UPDATE%'`;
      const isHeld = async () =>
        isDone || (await site.sql.query(waiting, [rows[0].pid])).rows.length > 0;
      await until(isHeld, 'the correction waits');
      expect(isDone).toBe(false);
      await other.query(
        `INSERT INTO consent (tenant_id, person_id, purpose_id, notice_version, scope, decision, how, at)
        SELECT tenant_id, person_id, purpose_id, notice_version, scope, 'withdrawn', how, now()
        FROM consent WHERE person_id = $1 AND purpose_id = 'video-identity' ORDER BY seq DESC LIMIT 1`,
        [right.person],
      );
      await other.query('COMMIT');
      const made = await making;
      expect([made.status, made.body.code]).toEqual([409, 'badge-correction.stale']);
      expect(await site.personOf(pending.id)).not.toBe(right.person);
    } finally {
      await other.end();
    }
  });

  it('confirms nobody in two places at once', async () => {
    const { start, wrong, right, confirmed, pending, binding } = await site.scene();
    const { upper, see } = site.world;
    const own = { identity: confirmedAs(right.handle) };
    const one = await see(upper, start, 'u', own);
    const two = await see(upper, start + 120_000, 'v', own);
    expect((await site.decide(one.id, { decision: 'confirm' })).status).toBe(200);

    const { seen, done } = await site.corrected(site.asking(binding.id, right.person));
    expect(seen.items.map(({ violation, what, why }) => [violation, what, why])).toEqual([
      [confirmed.id, 'name-goes', 'two-places'],
      [pending.id, 'name-goes', 'two-places'],
    ]);
    expect(await site.personOf(confirmed.id)).toBeNull();
    expect(await site.statesOf(wrong.person, confirmed.id)).toEqual(['moved']);
    expect(await site.statesOf(right.person, confirmed.id)).toEqual([]);
    // Its picture shows a person of whom it cannot be asked any more: no training set has it.
    const pictures = await site.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      shownWithoutConsent(tx, [confirmed.id]),
    );
    expect([...pictures]).toEqual([confirmed.id]);
    // What a reviewer confirmed stays; of what waits, both are ambiguous.
    expect(await site.personOf(one.id)).toBe(right.person);
    expect([await site.personOf(pending.id), await site.personOf(two.id)]).toEqual([null, null]);

    const undone = await site.undo(done.body.id);
    expect(undone.done.status, JSON.stringify(undone.done.body)).toBe(200);
    for (const { id } of [confirmed, pending]) {
      expect(await site.personOf(id)).toBe(wrong.person);
    }
    expect(await site.statesOf(wrong.person, confirmed.id)).toEqual(['in-force', 'moved']);
  });

  it('keeps the mark of a consent that ended, there and back', async () => {
    const { wrong, right, confirmed, binding } = await site.scene();
    const path = `/persons/${wrong.person}/consents/withdraw`;
    const withdrawal = { purpose: 'video-identity', note: 'at the desk' };
    expect((await site.send('clerk', 'POST', path, withdrawal)).status).toBe(200);
    const markOf = async () => {
      const text = 'SELECT person_id, person_consent_ended_at AS at FROM violation WHERE id = $1';
      const [row] = (await site.sql.query(text, [confirmed.id])).rows;
      return [row.person_id, row.at?.toISOString() ?? null];
    };
    const before = await markOf();
    expect(before).toEqual([wrong.person, expect.any(String)]);
    const { done } = await site.corrected(site.asking(binding.id, right.person));
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    expect(await markOf()).toEqual([right.person, null]);
    expect((await site.undo(done.body.id)).done.status).toBe(200);
    expect(await markOf()).toEqual(before);
  });

  it('is 500 records at most', async () => {
    const { right, pending, binding } = await site.scene();
    const copy = (table: string, key: string) => `
      INSERT INTO ${table} SELECT (jsonb_populate_record(v, jsonb_build_object('${key}', '0' || lpad(n::text, 25, '0')))).*
      FROM ${table} v, generate_series($2::int, $3::int) n WHERE v.${key} = $1`;
    const add = async (from: number, to: number) => {
      for (const [table, key] of [
        ['violation', 'id'],
        ['violation_candidate', 'violation_id'],
      ] as const) {
        await site.sql.query(copy(table, key), [pending.id, from, to]);
      }
    };
    const asked = site.asking(binding.id, right.person);
    await add(1, 499);
    const many = await preview(asked);
    expect([many.status, many.body.code]).toEqual([422, 'badge-correction.too-many']);
  });
});
