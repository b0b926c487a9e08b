import pg from 'pg';

/** The card of the nth person. */
export const cardOf = (n: number): string => `bench-${n}`;

/** One of so many people has a certificate that has ended: refusals are told to people, and are rare in a plant. */
const EXPIRED = 100;

/**
 * People with cards and five qualifications each, written by SQL as their modules do: welding, two other trades, a skill
 * and a medical result.
 */
export async function fillPeople(superUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: superUrl });
  await client.connect();
  try {
    await client.query("SELECT set_config('app.tenant', 'demo', false)");
    const id = (prefix: string) => `'${prefix}' || lpad(n::text, 22, '0')`;
    await client.query(
      `INSERT INTO person (tenant_id, id, employee_no, name, department_id, hired_on, source_system)
       SELECT 'demo', ${id('01KC')}, 'B' || n, 'Person ' || n, 'assembly', '2024-03-01', 'bench'
       FROM generate_series(1, $1) AS n`,
      [count],
    );
    await client.query(
      `INSERT INTO badge (tenant_id, id, badge, person_id, since)
       SELECT 'demo', ${id('01KD')}, 'bench-' || n, ${id('01KC')}, now() - interval '1 year'
       FROM generate_series(1, $1) AS n`,
      [count],
    );
    await client.query(
      `INSERT INTO qualification (tenant_id, id, person_id, type, category, level, result, issued_on, valid_from,
         valid_until, status, checked_at)
       SELECT 'demo', q.prefix || lpad(n::text, 22, '0'), ${id('01KC')}, q.type, q.category, q.level, q.result,
         current_date - 300, current_date - 300,
         CASE WHEN q.category = 'welding' AND n % ${EXPIRED} = 0 THEN current_date - 1 ELSE current_date + 300 END,
         'counted', now() - interval '299 days'
       FROM generate_series(1, $1) AS n CROSS JOIN (VALUES
         ('01KE', 'special-work', 'welding', NULL::int, NULL::text),
         ('01KF', 'special-work', 'electric-low', NULL, NULL),
         ('01KG', 'special-work', 'height', NULL, NULL),
         ('01KH', 'skill', 'assembly', 2, NULL),
         ('01KJ', 'fitness', 'in-post', NULL, 'fit')) AS q (prefix, type, category, level, result)`,
      [count],
    );
    for (const table of ['person', 'badge', 'qualification']) {
      await client.query(`VACUUM ANALYZE ${table}`);
    }
  } finally {
    await client.end();
  }
}
