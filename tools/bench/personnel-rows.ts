import type pg from 'pg';

const FAMILY = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗';
const GIVEN =
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文斌波辉建国志红梅宇浩然子轩欣怡';

/**
 * Inserts people with SQL: 100,000 by the API would take longer than the bench. They stand in the departments of the demonstration and hold
 * no post, so that the comparison with posts, which looks at 50 people a second after such an import, does not run beside.
 *
 * @param client an administrator of the database, in the tenant.
 * @returns their ids, in the order of their numbers.
 */
export async function fillPeople(client: pg.Client, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO person (tenant_id, id, employee_no, name, department_id)
     SELECT 'demo', '01KP' || lpad(n::text, 22, '0'), 'B' || lpad(n::text, 6, '0'),
       substr($2, 1 + n % length($2), 1) || substr($3, 1 + n / 7 % length($3), 1)
         || CASE WHEN n % 3 = 0 THEN '' ELSE substr($3, 1 + n / 11 % length($3), 1) END,
       d.ids[1 + n % cardinality(d.ids)]
     FROM generate_series(1, $1) AS n,
       (SELECT array_agg(id ORDER BY id) AS ids FROM department WHERE tenant_id = 'demo') d
     ORDER BY n RETURNING id`,
    [count, FAMILY, GIVEN],
  );
  await client.query('VACUUM ANALYZE person');
  return rows.map(({ id }) => id);
}

/**
 * Gives half of them the certificates of a person of the demonstration.
 *
 * @returns how many certificates were written.
 */
export async function fillCertificates(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(
    `INSERT INTO qualification SELECT r.* FROM person p
     JOIN qualification q ON q.tenant_id = p.tenant_id
       AND q.id = (SELECT id FROM qualification WHERE tenant_id = 'demo' AND type = 'special-work' ORDER BY id LIMIT 1),
     LATERAL jsonb_populate_record(q, jsonb_build_object('id', '01KQ' || right(p.id, 22), 'person_id', p.id)) r
     WHERE p.tenant_id = 'demo' AND p.employee_no LIKE 'B%' AND right(p.employee_no, 1)::int % 2 = 0`,
  );
  await client.query('VACUUM ANALYZE qualification');
  return rowCount ?? 0;
}

/** Parts of names and numbers as people type them. */
export function searched(n: number): string {
  const family = FAMILY[n % FAMILY.length];
  const given = GIVEN[(n * 7) % GIVEN.length];
  return n % 3 === 0 ? `${family}${given}` : n % 3 === 1 ? `${given}` : `B0${n % 1000}`;
}
