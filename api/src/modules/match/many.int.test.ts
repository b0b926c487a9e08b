import { beforeAll, expect, it } from 'vitest';
import { matchActs } from '../../testing/match.ts';
import { useApi } from '../../testing/use-api.ts';

/** More qualifications than a statement has parameters: 32,767. */
const PEOPLE = 7_000;
const EACH = 5;

const used = useApi();
const { ask, makeAccounts, run } = matchActs(used);

beforeAll(async () => {
  await makeAccounts();
  await run(async (tx) => {
    await tx.$executeRaw`
      INSERT INTO person (tenant_id, id, employee_no, name, department_id, hired_on)
      SELECT 'demo', '01KC' || lpad(n::text, 22, '0'), 'M' || n, 'Many ' || n, 'assembly', '2024-03-01'
      FROM generate_series(1, ${PEOPLE}::int) n`;
    await tx.$executeRaw`
      INSERT INTO qualification (tenant_id, id, person_id, type, category, level, issued_on, valid_from, valid_until, status, checked_at)
      SELECT 'demo', '01KE' || lpad((n * ${EACH}::int + i)::text, 22, '0'), '01KC' || lpad(n::text, 22, '0'), 'skill',
        'robot-cell', 1, current_date - 300, current_date - 300, CASE WHEN n % 2 = 0 THEN current_date - 1 END, 'counted',
        now() - interval '299 days'
      FROM generate_series(1, ${PEOPLE}::int) n, generate_series(1, ${EACH}::int) i`;
  });
});

it('ranks all of a large company, and counts what it does not show', async () => {
  const { status, body } = await ask({ machine: 'robot-1', q: 'Many', limit: 3 });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.items.map(({ decision }) => decision)).toEqual(['allow', 'allow', 'allow']);
  expect(body.counts).toEqual({ allow: PEOPLE / 2, hold: 0, deny: PEOPLE / 2 });
}, 180_000);
