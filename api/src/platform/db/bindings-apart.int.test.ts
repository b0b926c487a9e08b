import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';
import { migrateTo } from './migrate.ts';
import { migrationNames } from './migrations.ts';

/** The version from which bindings of a badge may not overlap. */
const APART = '20261206100000_bindings_apart';
const people = ['01K0000000000000000000W10A', '01K0000000000000000000W20A'] as const;
const idOf = (n: number) => `01K000000000000000000000B${n}`;
const hour = (n: number) => new Date(Date.UTC(2026, 10, 2, n)).toISOString();

let site: Site;
let owner: pg.Client;
let url: string;

const bind = (
  n: number,
  person: string,
  since: string,
  until: string | null,
  badge = 'b-1',
  by = owner,
) =>
  by.query(
    "INSERT INTO badge (tenant_id, id, badge, person_id, since, until) VALUES ('demo', $1, $2, $3, $4, $5)",
    [idOf(n), badge, person, since, until],
  );
const change = (n: number, since: string, until: string | null) =>
  owner.query('UPDATE badge SET since = $2, until = $3 WHERE id = $1', [idOf(n), since, until]);
/** What the database says of a binding that it refuses. */
const refusal = (wanted: Promise<unknown>) =>
  wanted.then(
    () => null,
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );

beforeAll(async () => {
  site = await openSite();
  const { adminUrl } = await site.freshDatabase([]);
  url = adminUrl;
  const names = await migrationNames();
  const at = names.indexOf(APART);
  await migrateTo(adminUrl, names.slice(0, at));
  owner = new pg.Client({ connectionString: adminUrl });
  await owner.connect();
  const name = '{"zh":"厂","en":"Plant"}';
  await owner.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', ['demo', name]);
  await owner.query("SELECT set_config('app.tenant', 'demo', false)");
  await owner.query(
    "INSERT INTO department (tenant_id, id, name, kind) VALUES ('demo', 'press', $1, 'other')",
    [name],
  );
  for (const [n, id] of people.entries()) {
    await owner.query(
      "INSERT INTO person (tenant_id, id, employee_no, name, department_id) VALUES ('demo', $1, $2, 'x', 'press')",
      [id, `W${n}`],
    );
  }
  // Two of before that overlap, one of them open.
  await bind(1, people[0], hour(1), hour(5), 'b-old');
  await bind(2, people[1], hour(4), null, 'b-old');
  await migrateTo(adminUrl, names.slice(at, at + 1));
});
afterAll(async () => {
  await owner?.end();
  await site?.stop();
});

describe('bindings of a badge that overlap', () => {
  it('of before stay, and can be ended and shortened', async () => {
    await change(2, hour(4), hour(9));
    expect((await refusal(change(1, hour(1), hour(6))))?.code).toBe('23P01');
    await change(1, hour(1), hour(4));
    // Apart now, they may not overlap again.
    expect((await refusal(change(1, hour(1), hour(5))))?.message).toContain(idOf(2));
  });

  it('are refused, with which binding it is: closed ones, open ones, and those that are changed', async () => {
    await bind(3, people[0], hour(8), hour(12));
    for (const [since, until] of [
      [hour(9), hour(10)],
      [hour(7), hour(13)],
      [hour(11), null],
      [hour(7), null],
    ] as const) {
      const refused = await refusal(bind(4, people[1], since, until));
      expect(refused?.code).toBe('23P01');
      expect(refused?.message).toContain(`binding ${idOf(4)} overlaps binding ${idOf(3)}`);
      expect(refused?.message).toContain(people[0]);
    }
    // Of one person, too: a time would be of two bindings.
    expect((await refusal(bind(4, people[0], hour(9), null)))?.code).toBe('23P01');
    // One after the other; and another badge.
    await bind(4, people[1], hour(12), null);
    await bind(5, people[1], hour(6), hour(8));
    await bind(6, people[1], hour(9), hour(10), 'b-2');
    expect((await refusal(change(5, hour(6), hour(9))))?.message).toContain(idOf(3));
    expect((await refusal(change(4, hour(11), null)))?.message).toContain(idOf(3));
  });

  it('by two transactions at once are let through once', async () => {
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    try {
      await other.query("SELECT set_config('app.tenant', 'demo', false)");
      await other.query('BEGIN');
      await bind(7, people[0], hour(14), hour(16), 'b-3', other);
      const second = refusal(bind(8, people[1], hour(15), hour(17), 'b-3'));
      await other.query('COMMIT');
      expect((await second)?.message).toContain(idOf(7));
    } finally {
      await other.end();
    }
  });
});
