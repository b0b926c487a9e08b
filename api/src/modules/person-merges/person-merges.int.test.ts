import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDevice } from '../../testing/devices.ts';
import { openMerges } from '../../testing/person-merges.ts';

let site: Awaited<ReturnType<typeof openMerges>>;
beforeAll(async () => {
  site = await openMerges();
});
afterAll(() => site?.stop());

const PHONE = '13800138000';
const agree = (person: string, purpose: string) =>
  site.sql.query(
    `INSERT INTO consent (tenant_id, person_id, purpose_id, notice_version, scope, decision, how)
     VALUES ('demo', $1, $2, 1, '{}', 'given', 'paper')`,
    [person, purpose],
  );

describe('two files of one person', () => {
  it('[INT-11] are found with the reason, joined with all that belongs to them, and parted again', async () => {
    const { into, from } = await site.twice({ phone: PHONE }, { phone: PHONE });
    const found = await site.send<{ items: { people: { id: string }[]; reasons: string[] }[] }>(
      'merger',
      'GET',
      '/person-merges/candidates',
    );
    const own = found.body.items.find(({ people }) => people.some(({ id }) => id === from));
    expect(own?.people.map(({ id }) => id).sort()).toEqual([from, into].sort());
    expect(own?.reasons).toEqual(['name-phone']);

    const badge = `double-${from}`;
    await site.send('merger', 'POST', `/persons/${from}/badges`, { badge });
    const key = { system: 'hr', externalId: `X-${from}` };
    expect((await site.send('merger', 'POST', `/persons/${from}/aliases`, key)).status).toBe(200);
    await agree(into, 'badge-tracking');
    await agree(into, 'video-identity');
    await agree(from, 'video-identity');
    const seen = await site.preview({ into, from });
    expect(seen.body.conflicts).toEqual([]);
    expect(seen.body.from.badges).toEqual([badge]);
    expect(seen.body.consents.find((one) => one.purpose === 'badge-tracking')).toMatchObject({
      from: 'unasked',
      into: 'given',
      result: 'unasked',
    });
    const moved = seen.body.items.filter(({ fate, from: n }) => fate === 'moves' && n > 0);
    expect(moved.map(({ column }) => column).sort()).toEqual([
      'badge.person_id',
      'consent.person_id',
      'person_alias.person_id',
      'person_sensitive.person_id',
    ]);

    const { id } = await site.joined({ into, from });
    // The old id, the number of the other system and a row that is written for the old id lead to the file that remains.
    const old = await site.send<{ id: string; badges: { badge: string }[] }>(
      'merger',
      'GET',
      `/persons/${from}`,
    );
    expect(old.body.id).toBe(into);
    expect(old.body.badges.map((one) => one.badge)).toEqual([badge]);
    const called = await site.send<{ id: string }>(
      'merger',
      'GET',
      `/persons/by-alias?system=${key.system}&externalId=${key.externalId}`,
    );
    expect([called.status, called.body.id]).toEqual([200, into]);
    await site.sql.query(
      `INSERT INTO badge (tenant_id, id, badge, person_id) VALUES ('demo', $1, $2, $3)`,
      ['01JZZZZZZZZZZZZZZZZZZZZZZZ', 'late-badge', from],
    );
    expect(await site.value("SELECT person_id FROM badge WHERE badge = 'late-badge'")).toBe(into);
    const list = await site.send<{ items: { id: string }[] }>('merger', 'GET', '/persons?q=Twice');
    expect(list.body.items.map((one) => one.id)).not.toContain(from);
    // What one of them did not agree to is not agreed to.
    const consents = await site.send<{ items: { purpose: { id: string }; state: string }[] }>(
      'merger',
      'GET',
      `/persons/${into}/consents`,
    );
    const states = Object.fromEntries(
      consents.body.items.map(({ purpose, state }) => [purpose.id, state]),
    );
    expect(states).toMatchObject({ 'badge-tracking': 'withdrawn', 'video-identity': 'given' });

    const undone = await site.undo(id);
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect(await site.value('SELECT person_id FROM badge WHERE badge = $1', badge)).toBe(from);
    // It was written since, and belongs to whom it was written for.
    expect(await site.value("SELECT person_id FROM badge WHERE badge = 'late-badge'")).toBe(into);
    expect(
      await site.value('SELECT person_id FROM person_alias WHERE external_id = $1', key.externalId),
    ).toBe(from);
    expect((await site.send<{ id: string }>('merger', 'GET', `/persons/${from}`)).body.id).toBe(
      from,
    );
    expect(await site.value('SELECT status FROM person WHERE id = $1', from)).toBe('active');
    // No consent comes back by itself.
    const newest = await site.value(
      "SELECT decision FROM consent WHERE person_id = $1 AND purpose_id = 'badge-tracking' ORDER BY seq DESC",
      into,
    );
    expect(newest).toBe('withdrawn');
    const again = await site.undo(id);
    expect([again.status, again.body.code]).toEqual([409, 'person-merge.undone']);
  });

  it('take violations and entries of the safety file along, tell the person, and give them back', async () => {
    const { wrong, right, confirmed, pending } = await site.scene();
    const pair = { into: right.person, from: wrong.person };
    expect(await site.codesOf(pair)).toContain('!accounts');
    const blocked = await site.join(pair);
    expect([blocked.status, blocked.body.code]).toEqual([409, 'person-merge.blocked']);
    await site.sql.query("UPDATE app_user SET active = false WHERE username = 'wrongly'");
    await site.sql.query('DELETE FROM person_sensitive WHERE person_id = $1', [wrong.person]);
    const key = { system: 'hr-old', externalId: `C-${wrong.person}` };
    const path = `/persons/${wrong.person}/aliases`;
    expect((await site.send('merger', 'POST', path, key)).status).toBe(200);
    const told = await site.toldOf('rightly', 'person-merge.made');

    const { id } = await site.joined(pair);
    expect([await site.personOf(confirmed.id), await site.personOf(pending.id)]).toEqual([
      right.person,
      right.person,
    ]);
    expect(await site.toldOf('rightly', 'person-merge.made')).toBe(told + 1);
    expect(await site.countOf(wrong.person)).toBe(0);
    const entry =
      'SELECT count(*)::int FROM safety_entry WHERE violation_id = $1 AND person_id = $2';
    expect(await site.value(entry, confirmed.id, right.person)).toBe(1);

    // A verdict since goes with the badge. A row that another change wrote stays, and the undoing names it.
    await site.sql.query("UPDATE person_alias SET system = 'hr-new' WHERE external_id = $1", [
      key.externalId,
    ]);
    expect((await site.decide(pending.id, { decision: 'confirm' })).status).toBe(200);
    const refused = await site.undo(id);
    expect([refused.status, refused.body.code]).toEqual([409, 'person-merge.changed-since']);
    expect(refused.body.changed?.map(({ what }) => what.en)).toEqual(['id of another system']);
    expect(await site.personOf(confirmed.id)).toBe(right.person);
    const undone = await site.undo(id, true);
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect(undone.body.notMovedBack).toBe(1);
    expect(await site.personOf(confirmed.id)).toBe(wrong.person);
    expect(await site.personOf(pending.id)).toBe(wrong.person);
    expect(await site.value('SELECT person_id FROM person_alias WHERE system = $1', 'hr-new')).toBe(
      right.person,
    );
    expect(await site.statesOf(wrong.person, confirmed.id)).toContain('in-force');
    expect(await site.statesOf(right.person, confirmed.id)).toEqual(['moved']);
  });

  it('of a chain are parted from the end on', async () => {
    const { into: b, from: a } = await site.twice();
    const c = await site.enter({ name: 'Third' });
    const first = await site.joined({ into: b, from: a });
    const second = await site.joined({ into: c, from: b });
    expect((await site.send<{ id: string }>('merger', 'GET', `/persons/${a}`)).body.id).toBe(c);
    const early = await site.undo(first.id);
    expect([early.status, early.body.code, early.body.later]).toEqual([
      409,
      'person-merge.chained',
      second.id,
    ]);
    expect((await site.undo(second.id)).status).toBe(200);
    expect((await site.send<{ id: string }>('merger', 'GET', `/persons/${a}`)).body.id).toBe(b);
    expect((await site.undo(first.id)).status).toBe(200);
    expect((await site.send<{ id: string }>('merger', 'GET', `/persons/${a}`)).body.id).toBe(a);
  });
});

describe('files are not joined', () => {
  it('with themselves, with one that is joined, with an unknown one, or by who is one of them', async () => {
    const { into, from } = await site.twice();
    const codeOf = async (pair: object, user?: string) => {
      const { status, body } = await site.preview(pair, user);
      return [status, (body as { code?: string }).code];
    };
    expect(await codeOf({ into, from: into })).toEqual([422, 'person-merge.same']);
    expect(await codeOf({ into, from: '01JZZZZZZZZZZZZZZZZZZZZZZY' })).toEqual([
      404,
      'person.unknown',
    ]);
    const merge = await site.joined({ into, from });
    expect(await codeOf({ into: from, from: await site.enter() })).toEqual([
      409,
      'person-merge.joined-already',
    ]);
    expect((await site.undo(merge.id)).status).toBe(200);
    await site.bindAccount('merger', from);
    try {
      expect(await codeOf({ into, from })).toEqual([403, 'person-merge.own-case']);
    } finally {
      await site.bindAccount('merger', null);
    }
  });

  it('where they contradict each other: numbers, places, work, a leaver, an erasure', async () => {
    const [idA, idB] = ['11010519491231002X', '440524198001010013'];
    const numbers = await site.twice({ nationalId: idA }, { nationalId: idB });
    expect(await site.codesOf(numbers)).toEqual(['!national-ids']);

    const places = await site.twice();
    for (const [n, person] of [places.into, places.from].entries()) {
      await site.sql.query(
        `INSERT INTO badge (tenant_id, id, badge, person_id, since) VALUES ('demo', $1, $2, $3, now() - interval '1 hour')`,
        [`01JZZZZZZZZZZZZZZZZZZZZZA${n}`, `apart-${n}`, person],
      );
      await site.sql.query(
        `INSERT INTO location_history (tenant_id, provider_type, provider_id, generated_at, source, location, floor_plan, x, y)
         VALUES ('demo', 'uwb', $1, now() - interval '10 minutes', 'r', '{}', 'hall', $2, 5)`,
        [`apart-${n}`, n * 80],
      );
    }
    expect(await site.codesOf(places)).toEqual(['!two-places', 'badges']);

    const leaver = await site.twice();
    await site.send('merger', 'POST', `/persons/${leaver.into}/leave`, { on: '2026-01-31' });
    expect(await site.codesOf(leaver)).toEqual(['!remaining-left']);
    expect(await site.codesOf({ into: leaver.from, from: leaver.into })).toEqual([]);
    expect((await site.join({ into: leaver.from, from: leaver.into })).status).toBe(201);

    const erased = await site.twice();
    await site.sql.query(
      `INSERT INTO data_request (tenant_id, id, person_id, kind, text, state, due_at, decided_at, decided_by, answer)
       VALUES ('demo', '01JZZZZZZZZZZZZZZZZZZZZZB0', $1, 'erase', 's1:x', 'granted', now(), now(), '01JZZZZZZZZZZZZZZZZZZZZZC0', 'done')`,
      [erased.from],
    );
    expect(await site.codesOf(erased)).toEqual(['!erased']);
  });

  it('twice by two who do so at once, or by half where the process ends', async () => {
    const { into, from } = await site.twice();
    const both = await Promise.all([site.join({ into, from }), site.join({ into, from })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);

    const pair = await site.twice();
    const badge = `held-${pair.from}`;
    await site.send('merger', 'POST', `/persons/${pair.from}/badges`, { badge });
    await site.sql.query('BEGIN');
    await site.sql.query('SELECT 1 FROM badge WHERE badge = $1 FOR UPDATE', [badge]);
    const half = site.join(pair);
    await expect
      .poll(
        async () => {
          // Within a transaction the statistics stay as they were looked at first.
          await site.sql.query('SELECT pg_stat_clear_snapshot()');
          return site.value(
            `SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%"badge" AS t SET%'`,
          );
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    await site.sql.query('ROLLBACK');
    expect((await half).status).toBeGreaterThanOrEqual(500);
    expect(await site.value('SELECT merged_into FROM person WHERE id = $1', pair.from)).toBeNull();
    expect(await site.value('SELECT person_id FROM badge WHERE badge = $1', badge)).toBe(pair.from);
    expect((await site.join(pair)).status).toBe(201);
  });

  it('so that a personnel system which still knows the old number ends an employment', async () => {
    const { into, from } = await site.twice();
    const number = (await site.value(
      'SELECT employee_no FROM person WHERE id = $1',
      from,
    )) as string;
    const key = { system: 'hr-two', externalId: `L-${from}` };
    await site.send('merger', 'POST', `/persons/${from}/aliases`, key);
    await site.joined({ into, from });
    const stated = {
      at: new Date().toISOString(),
      employeeNo: number,
      name: 'Twice',
      department: 'assembly',
      status: 'left',
    };
    const hr = await makeDevice(site.world.api, 'personnel', key.system);
    const answer = await fetch(`${site.world.api.url}/api/v1/ingest/persons/${key.externalId}`, {
      method: 'PUT',
      headers: { ...hr.headers, 'content-type': 'application/json' },
      body: JSON.stringify(stated),
    });
    const { code } = (await answer.json()) as { code: string };
    expect([answer.status, code]).toEqual([409, 'personnel.joined-file']);
    expect(await site.value('SELECT status FROM person WHERE id = $1', into)).toBe('active');
  });
});
