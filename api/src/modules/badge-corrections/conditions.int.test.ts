import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { openCorrections } from '../../testing/badge-corrections.ts';
import { until } from '../../testing/site.ts';

let site: Awaited<ReturnType<typeof openCorrections>>;
beforeAll(async () => {
  site = await openCorrections();
});
afterAll(() => site?.stop());

type Scene = Awaited<ReturnType<typeof site.scene>>;
const hour = (n: number) => new Date(Date.now() - n * 3_600_000);

/** A silence, a call for help and a badge that moved as one with it, of the badge; what was collected by its positions. */
async function collected({ wrong, binding: { badge } }: Scene) {
  const { rows } = await site.sql.query("SELECT id FROM person WHERE employee_no = 'E008'");
  const beside = `beside-${badge}`;
  const condition = async (kind: string, of: string, person: string, about: string | null) => {
    const id = newId();
    await site.sql.query(
      `INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, about, begun_at, told_at, ended_at, ended_by)
       VALUES ('demo', $1, $2, $3, $4, $5, $6, $6, $7, 'over')`,
      [id, of, kind, person, about, hour(3), hour(2)],
    );
    await site.sql.query(
      `INSERT INTO notice (tenant_id, id, kind, severity, title, body, subject_entity, subject_id)
       VALUES ('demo', $1, 'badge.silent', 'info', '{"zh":"某人","en":"The wearer"}', '{"zh":"某处","en":"Some place"}',
         'badge-condition', $2)`,
      [newId(), id],
    );
    return id;
  };
  const own = [
    await condition('silent', badge, wrong.person, null),
    await condition('sos', badge, wrong.person, null),
    await condition('together', badge, wrong.person, beside),
  ];
  const other = await condition('together', beside, rows[0].id, badge);
  await site.sql.query(
    `INSERT INTO location_history (tenant_id, provider_type, provider_id, generated_at, source, location)
     VALUES ('demo', 'uwb', $1, $2, 'r', '{}')`,
    [badge, hour(2)],
  );
  await site.sql.query(
    `INSERT INTO location_latest (tenant_id, provider_type, provider_id, generated_at, location)
     VALUES ('demo', 'uwb', $1, $2, '{}')`,
    [badge, hour(2)],
  );
  await site.sql.query(
    `INSERT INTO location_tag (tenant_id, badge, heard_at, at, source, floor_plan, x, y)
     VALUES ('demo', $1, $2, $2, 'r', 'hall', 3, 4)`,
    [badge, hour(2)],
  );
  return { own, other };
}
const namedBy = async (ids: readonly string[]): Promise<(string | null)[]> => {
  const text = 'SELECT person_id FROM badge_condition WHERE id = ANY ($1)';
  return (await site.sql.query(text, [ids])).rows.map((row) => row.person_id);
};
/** Where the badge was, in each table of positions. */
const places = async (badge: string): Promise<number[]> => {
  const counts: number[] = [];
  for (const [table, column] of [
    ['location_history', 'provider_id'],
    ['location_latest', 'provider_id'],
    ['location_tag', 'badge'],
  ]) {
    const text = `SELECT count(*)::int AS n FROM ${table} WHERE ${column} = $1`;
    counts.push((await site.sql.query(text, [badge])).rows[0].n);
  }
  return counts;
};
const saidOf = async (ids: readonly string[]): Promise<string[]> => {
  const text = "SELECT title ->> 'en' AS title FROM notice WHERE subject_id = ANY ($1)";
  return (await site.sql.query(text, [ids])).rows.map(({ title }) => title);
};

/** The condition as the list shows it to the safety officer. */
async function listed(id: string) {
  const path = '/locations/conditions?limit=100';
  type Row = { id: string; badge: string; kind: string; person: { id: string } | null };
  return (await site.send<{ items: Row[] }>('safety', 'GET', path)).body.items.find(
    (one) => one.id === id,
  );
}
/** Titles and bodies of the notices of a condition, oldest first. */
const noticesOf = async (id: string): Promise<{ title: string; body: string }[]> => {
  const text = `SELECT title ->> 'en' AS title, body ->> 'en' AS body FROM notice WHERE subject_id = $1 ORDER BY id`;
  return (await site.sql.query(text, [id])).rows;
};
/** A call for help of the badge that goes on since three hours; people were told of it with a place. */
async function calling({ wrong, binding: { badge } }: Scene): Promise<string> {
  const id = newId();
  await site.sql.query(
    `INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, begun_at, told_at)
     VALUES ('demo', $1, $2, 'sos', $3, $4, $4)`,
    [id, badge, wrong.person, hour(3)],
  );
  await site.sql.query(
    `INSERT INTO notice (tenant_id, id, kind, severity, title, body, subject_entity, subject_id)
     VALUES ('demo', $1, 'badge.sos', 'critical', '{"zh":"某人","en":"The wearer"}', '{"zh":"某处","en":"Some place"}',
       'badge-condition', $2)`,
    [newId(), id],
  );
  return id;
}

describe('a call for help that goes on', () => {
  it('stays open where the right person had not agreed, is told again without a place, and ends once an account looks after it', async () => {
    const scene = await site.scene();
    const { badge } = scene.binding;
    const call = await calling(scene);
    await collected(scene);
    const { rows } = await site.sql.query("SELECT id, name FROM person WHERE employee_no = 'E007'");
    const { done } = await site.corrected(site.asking(scene.binding.id, rows[0].id));
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    // As the call of a person who does not agree is stored in the first place: who, and no place.
    expect(await places(badge)).toEqual([0, 0, 0]);
    expect(await listed(call)).toMatchObject({ badge, kind: 'sos', person: { id: rows[0].id } });
    const told = await until(async () => {
      const all = await noticesOf(call);
      return all.length > 1 ? all : null;
    }, 'people are told again');
    expect(told[0]).toMatchObject({ title: 'Removed' });
    expect(told[1]?.title).toBe(`${rows[0].name} calls for help`);
    expect(told[1]?.body).not.toMatch(/Last place/);
    // Three hours old: it waits for the account that looks after it.
    const read = 'SELECT ended_at FROM badge_condition WHERE id = $1';
    await until(async () => {
      const { rows: tags } = await site.sql.query(
        "SELECT 1 FROM badge_condition WHERE kind = 'no-motion' AND ended_at IS NOT NULL AND badge = $1",
        [badge],
      );
      if (tags.length > 0) return true;
      await site.sql.query(
        `INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, begun_at, told_at)
         VALUES ('demo', $1, $2, 'no-motion', $3, $4, $4) ON CONFLICT DO NOTHING`,
        [newId(), badge, rows[0].id, hour(3)],
      );
      return false;
    }, 'badges were looked at since then');
    expect((await site.sql.query(read, [call])).rows).toEqual([{ ended_at: null }]);
    const path = `/locations/conditions/${call}/acknowledge`;
    expect((await site.send('safety', 'POST', path, { note: 'On the way' })).status).toBe(204);
    // A quarter of an hour after that, where the badge calls no more.
    await site.sql.query(
      "UPDATE badge_condition SET acknowledged_at = now() - interval '20 minutes' WHERE id = $1",
      [call],
    );
    await until(
      async () => (await site.sql.query(read, [call])).rows[0].ended_at !== null,
      'it is over',
    );
  });

  it('stays open where the consent of its wearer ends', async () => {
    const scene = await site.scene();
    const call = await calling(scene);
    await site.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const { facts } = await import('../locations/facts.ts');
      await facts.consentEnded?.({ tx } as Unit, scene.wrong.person, 'badge-tracking');
    });
    expect(await listed(call)).toMatchObject({ person: { id: scene.wrong.person } });
    expect((await noticesOf(call))[0]).toMatchObject({
      title: 'Removed',
      body: expect.any(String),
    });
  });
});

describe('conditions of a badge that another person wore', () => {
  it('are counted, move with the correction in one unit, and move back', async () => {
    const scene = await site.scene();
    const { wrong, right, binding } = scene;
    const { own, other } = await collected(scene);
    const { seen, done } = await site.corrected(site.asking(binding.id, right.person));
    expect(seen.conditions).toBe(3);
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    expect(await namedBy(own)).toEqual([right.person, right.person, right.person]);
    // The notices named the wrong person.
    expect(await saidOf(own)).toEqual(['Removed', 'Removed', 'Removed']);
    expect(await saidOf([other])).toEqual(['The wearer']);
    // That person agreed: the places of the badge stay.
    expect(await places(binding.badge)).toEqual([1, 1, 1]);

    const undone = await site.undo(done.body.id);
    expect(undone.seen.body.conditions).toBe(3);
    expect(undone.done.status).toBe(200);
    expect(await namedBy(own)).toEqual([wrong.person, wrong.person, wrong.person]);
  });

  it('of a stretch alone move with it', async () => {
    const scene = await site.scene();
    const { wrong, right, binding } = scene;
    const { own } = await collected(scene);
    const stretch = { from: hour(2.5).toISOString(), to: hour(1).toISOString() };
    const { seen, done } = await site.corrected(site.asking(binding.id, right.person, stretch));
    expect([seen.conditions, done.status]).toEqual([0, 201]);
    expect(await namedBy(own)).toEqual([wrong.person, wrong.person, wrong.person]);
  });

  it('go where the right person had not agreed, with every place that the badge left, as a withdrawal removes them', async () => {
    const scene = await site.scene();
    const { binding } = scene;
    const { own, other } = await collected(scene);
    expect(await places(binding.badge)).toEqual([1, 1, 1]);
    const { rows } = await site.sql.query("SELECT id FROM person WHERE employee_no = 'E007'");
    const { done } = await site.corrected(site.asking(binding.id, rows[0].id));
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    expect(await places(binding.badge)).toEqual([0, 0, 0]);
    // That of the other badge says where this one was.
    expect(await namedBy([...own, other])).toEqual([]);
    expect(await saidOf([...own, other])).toEqual(Array.from({ length: 4 }, () => 'Removed'));

    const same = await site.scene();
    const kept = await collected(same);
    await site.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const { facts } = await import('../locations/facts.ts');
      await facts.consentEnded?.({ tx } as Unit, same.wrong.person, 'badge-tracking');
    });
    expect(await places(same.binding.badge)).toEqual([0, 0, 0]);
    expect(await namedBy([...kept.own, kept.other])).toEqual([]);
  });
});
