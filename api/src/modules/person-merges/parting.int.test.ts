import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCaller } from '../../platform/access/caller.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { openMerges } from '../../testing/person-merges.ts';
import { makeUser } from '../../testing/users.ts';
import { permitsOfPeople } from '../permits/in-areas.ts';
import { erase } from '../privacy/erase.ts';

let site: Awaited<ReturnType<typeof openMerges>>;
beforeAll(async () => {
  site = await openMerges();
});
afterAll(() => site?.stop());

const answer = (person: string, purpose: string, decision: 'given' | 'withdrawn') =>
  site.sql.query(
    `INSERT INTO consent (tenant_id, person_id, purpose_id, notice_version, scope, decision, how)
     VALUES ('demo', $1, $2, 1, '{}', $3, 'paper')`,
    [person, purpose, decision],
  );
async function stateOf(person: string, purpose: string) {
  const { body } = await site.send<{ items: { purpose: { id: string }; state: string }[] }>(
    'merger',
    'GET',
    `/persons/${person}/consents`,
  );
  return body.items.find((one) => one.purpose.id === purpose)?.state;
}
/** Two people with accounts and badges, whose files can be joined. */
async function scene() {
  const found = await site.scene();
  await site.sql.query("UPDATE app_user SET active = false WHERE username = 'wrongly'");
  await site.sql.query('DELETE FROM person_sensitive WHERE person_id = $1', [found.wrong.person]);
  return found;
}

describe('two files that were joined wrongly', () => {
  it('[INT-11] give the names since to the wearer of the badge once they are parted', async () => {
    const { wrong, right, see, pending } = await scene();
    const { id } = await site.joined({ into: right.person, from: wrong.person });
    const since = await see(240_000, 'c');
    expect(await site.personOf(since.id)).toBe(right.person);
    for (const one of [pending, since]) {
      expect((await site.decide(one.id, { decision: 'confirm' })).status).toBe(200);
    }
    const undone = await site.undo(id);
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    for (const one of [pending, since]) {
      expect(await site.personOf(one.id)).toBe(wrong.person);
      expect(await site.statesOf(wrong.person, one.id)).toContain('in-force');
      expect(await site.statesOf(right.person, one.id)).toEqual(['moved']);
    }
  });

  it('name no person by a badge whose wearer took the consent back meanwhile', async () => {
    const { wrong, right, see } = await scene();
    const { id } = await site.joined({ into: right.person, from: wrong.person });
    const since = await see(240_000, 'd');
    expect(await site.personOf(since.id)).toBe(right.person);
    // Stated for the file that was joined.
    await answer(wrong.person, 'video-identity', 'withdrawn');
    expect((await site.undo(id)).status).toBe(200);
    expect(await site.personOf(since.id)).toBeNull();
    expect(await stateOf(wrong.person, 'video-identity')).toBe('withdrawn');
    for (const one of [wrong, right]) await answer(one.person, 'video-identity', 'given');
  });

  it('have no consent after they are parted that was given or taken back for both', async () => {
    const { into, from } = await site.twice();
    for (const person of [into, from]) {
      await answer(person, 'badge-tracking', 'given');
      await answer(person, 'video-identity', 'given');
    }
    await answer(from, 'attendance-position', 'given');
    const { id } = await site.joined({ into, from });
    await answer(into, 'badge-tracking', 'withdrawn');
    await answer(into, 'attendance-position', 'given');
    expect((await site.undo(id)).status).toBe(200);
    expect(await stateOf(from, 'badge-tracking')).toBe('withdrawn');
    expect(await stateOf(from, 'attendance-position')).toBe('withdrawn');
    expect(await stateOf(into, 'attendance-position')).toBe('withdrawn');
    // Both said so themselves, and neither since.
    expect(await stateOf(from, 'video-identity')).toBe('given');
    expect(await stateOf(into, 'video-identity')).toBe('given');
  });

  it('leave a corrected badge whose first wearer is in another file now with an entry there', async () => {
    const { wrong, right, confirmed, binding } = await scene();
    const { done } = await site.corrected(site.asking(binding.id, right.person));
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    const into = await site.enter({ name: 'The other file' });
    const { id } = await site.joined({ into, from: wrong.person });
    // Who is of the joined file corrects no badge of it.
    const world = site.world.api;
    await makeUser(site.database, 'joined-corrector', ['badge:correct@all']);
    await site.sql.query("UPDATE app_user SET person_id = $1 WHERE username = 'joined-corrector'", [
      into,
    ]);
    const own = await world.send<{ code: string }>(
      'joined-corrector',
      'GET',
      `/badge-corrections/${done.body.id}/undo`,
    );
    expect([own.status, own.body.code]).toEqual([403, 'badge-correction.own-case']);
    await site.sql.query("UPDATE app_user SET active = false WHERE username = 'joined-corrector'");
    // And no badge is corrected to the old id.
    const old = await site.send<{ code: string }>(
      'corrector',
      'POST',
      '/badge-corrections/preview',
      {
        ...site.asking(binding.id, wrong.person),
        to: new Date().toISOString(),
      },
    );
    expect([old.status, old.body.code]).toEqual([422, 'badge-correction.person-unknown']);

    const back = await site.undoCorrection(done.body.id);
    expect(back.done.status, JSON.stringify(back.done.body)).toBe(200);
    expect(await site.personOf(confirmed.id)).toBe(into);
    expect(await site.statesOf(into, confirmed.id)).toContain('in-force');
    expect(await site.statesOf(right.person, confirmed.id)).toEqual(['moved']);
    await site.undo(id, true);
  });

  it('give an account that returns to another department none of the roles of the place between', async () => {
    const { into, from } = await site.twice();
    await makeUser(site.database, 'traveller', ['person:read@department']);
    await site.sql.query("UPDATE app_user SET person_id = $1 WHERE username = 'traveller'", [from]);
    await site.sql.query(
      `UPDATE role SET keep_on_transfer = false WHERE id IN (SELECT h.role_id FROM user_role h
         JOIN app_user u ON u.id = h.user_id WHERE u.username = 'traveller')`,
    );
    const roles = () =>
      site.value(
        "SELECT count(*)::int FROM user_role h JOIN app_user u ON u.id = h.user_id WHERE u.username = 'traveller'",
      );
    const stayed = await site.joined({ into, from });
    expect((await site.undo(stayed.id)).status).toBe(200);
    expect(await roles()).toBe(1);
    const moved = await site.joined({ into, from });
    // With the same roles given again at the other place.
    await site.sql.query(`UPDATE app_user SET person_id = NULL WHERE username = 'traveller'`);
    await site.sql.query(
      `UPDATE person SET department_id = (SELECT min(id) FROM department d WHERE d.id <> person.department_id) WHERE id = $1`,
      [into],
    );
    await site.sql.query("UPDATE app_user SET person_id = $1 WHERE username = 'traveller'", [into]);
    expect((await site.undo(moved.id)).status).toBe(200);
    expect(await roles()).toBe(0);
  });
});

describe('a person with a joined file', () => {
  it('overrides no own refusal of a gate by the old id, and finds it among their own', async () => {
    const { into, from } = await site.twice();
    const [point, decision] = ['01JZZZZZZZZZZZZZZZZZZZZZP0', '01JZZZZZZZZZZZZZZZZZZZZZP1'];
    await site.sql.query(
      `INSERT INTO gate_point (tenant_id, id, device, name, machine_id)
       SELECT 'demo', $1, 'gate-joined', '{"zh":"门","en":"Gate"}', id FROM equipment LIMIT 1`,
      [point],
    );
    await site.sql.query(
      `INSERT INTO gate_decision (tenant_id, id, point_id, key, digest, kind, target, person_id, asked_at, decided_at,
         decision, final, codes, reasons, valid_until)
       SELECT 'demo', $1, id, 'k', repeat('0', 64), 'start', machine_id, $2, now(), now(), 'hold', false, '{}', '[]',
         now() + interval '1 hour' FROM gate_point WHERE id = $3`,
      [decision, from, point],
    );
    await makeUser(site.database, 'gatekeeper', ['gate:read@all', 'gate:override@all']);
    await site.sql.query("UPDATE app_user SET person_id = $1 WHERE username = 'gatekeeper'", [
      from,
    ]);
    await site.joined({ into, from });
    const path = `/gates/decisions/${decision}`;
    const seen = await site.send<{ mayOverride: boolean }>('gatekeeper', 'GET', path);
    expect([seen.status, seen.body.mayOverride]).toEqual([200, false]);
    const given = await site.send('gatekeeper', 'POST', `${path}/override`, {
      reason: 'It is me',
      hours: 1,
    });
    expect([given.status, given.body.code]).toEqual([403, 'gate.own']);
    const own = await site.send<{ items: { id: string }[] }>('gatekeeper', 'GET', '/me/gates');
    expect(own.body.items.map(({ id }) => id)).toEqual([decision]);
  });

  it('is named by a permit that was issued for the old id', async () => {
    const { into, from } = await site.twice();
    const permit = await site.value(
      "UPDATE permit SET people = ARRAY[$1], state = 'active', to_at = now() + interval '1 day' WHERE id = (SELECT id FROM permit ORDER BY id LIMIT 1) RETURNING id",
      from,
    );
    expect(permit).toBeTypeOf('string');
    await site.joined({ into, from });
    const found = await site.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      permitsOfPeople(tx, [into], new Date()),
    );
    expect(found.map(({ id, people }) => [id, people])).toEqual([[permit, [into]]]);
  });

  it('has what stayed with the old file erased, too', async () => {
    const { into, from } = await site.twice({ phone: '13800138001' }, { phone: '13800138002' });
    await site.joined({ into, from });
    await site.send('merger', 'POST', `/persons/${into}/leave`, { on: '2026-01-31' });
    const units = createUnits({ database: site.database, onError: () => {} });
    await units.run(systemCaller('demo'), (unit) => erase(unit, into));
    const left = 'SELECT count(*)::int FROM person_sensitive WHERE person_id = ANY ($1)';
    expect(await site.value(left, [into, from])).toBe(0);
  });
});

describe('before files are joined', () => {
  it('it is said that the account of one judged the other', async () => {
    const { wrong, right, pending } = await scene();
    const verdict = await site.decide(pending.id, { decision: 'confirm' }, 'rightly');
    expect(verdict.status).toBe(200);
    const codes = await site.codesOf({ into: right.person, from: wrong.person });
    expect(codes).toContain('own-verdicts');
  });

  it('a file of a visitor is not the one that remains', async () => {
    const from = await site.enter({ name: 'Guest' });
    const guest = { name: 'Guest', kind: 'visitor', validUntil: '2099-01-01', hostId: from };
    const into = await site.enter({ ...guest, hostId: await site.enter() });
    expect(await site.codesOf({ into, from })).toContain('!kinds');
    expect(await site.codesOf({ into: from, from: into })).not.toContain('!kinds');
  });

  it('names are the same with blanks, and not without one of their letters', async () => {
    const phone = '13800138003';
    const a = await site.enter({ name: '李 明', phone });
    const b = await site.enter({ name: '李明', phone });
    const c = await site.enter({ name: 'Jesse', phone });
    const d = await site.enter({ name: 'Jee', phone });
    const { body } = await site.send<{ items: { people: { id: string }[] }[] }>(
      'merger',
      'GET',
      '/person-merges/candidates',
    );
    const pairs = body.items.map(({ people }) => people.map(({ id }) => id).sort());
    expect(pairs).toContainEqual([a, b].sort());
    expect(pairs).not.toContainEqual([c, d].sort());
  });

  it('10,000 files are looked through for doubles within the time of a request', async () => {
    await site.sql.query('BEGIN');
    const { rows } = await site.sql.query<{ departmentId: string }>(
      `SELECT department_id AS "departmentId" FROM person WHERE employee_no = 'E006'`,
    );
    await site.sql.query(
      `INSERT INTO person (tenant_id, id, employee_no, name, department_id, status)
       SELECT 'demo', '01M' || lpad(n::text, 23, '0'), 'M' || n, 'Many ' || n % 100, $1, 'active'
       FROM generate_series(1, 10000) n`,
      [rows[0]?.departmentId],
    );
    await site.sql.query('COMMIT');
    const found = await site.send<{ items: unknown[] }>(
      'merger',
      'GET',
      '/person-merges/candidates',
    );
    expect(found.status).toBe(200);
    expect(found.body.items.length).toBeGreaterThan(0);
  });
});
