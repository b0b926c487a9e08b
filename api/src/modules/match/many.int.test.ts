import { beforeAll, expect, it } from 'vitest';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createRules } from '../../platform/rules/service.ts';
import { matchActs } from '../../testing/match.ts';
import { useApi } from '../../testing/use-api.ts';
import { permitsOfPeople } from '../permits/in-areas.ts';
import { createPersonFacts } from '../qualifications/person-facts.ts';
import { createMatcher } from './decisions.ts';

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

it('ranks once for an account that asks again, and stops the older ranking', async () => {
  const [older, newer] = await Promise.all(
    [1, 2].map((limit) => ask({ machine: 'robot-1', q: 'Many', limit })),
  );
  expect([older?.status, newer?.status].sort()).toEqual([200, 409]);
  const refused = older?.status === 409 ? older : newer;
  expect(refused?.body.code).toBe('match.replaced');
  // Decisions on named people are kept, and wait for no ranking.
  const person = `01KC${'1'.padStart(22, '0')}`;
  const [, named] = await Promise.all([
    ask({ machine: 'robot-1', q: 'Many', limit: 1 }),
    ask({ machine: 'robot-1', people: [person] }),
  ]);
  expect(named?.status, JSON.stringify(named?.body)).toBe(200);
}, 180_000);

it('a ranking that is ended stops between the people', async () => {
  const ended = new AbortController();
  const reason = new Error('ended');
  const { forMatch } = createPersonFacts('Asia/Shanghai');
  let reads = 0;
  const matcher = createMatcher({
    rules: createRules({
      units: createUnits({ database: used.database, onError: () => {} }),
      timeZone: 'Asia/Shanghai',
    }),
    sources: {
      qualifications: {
        ...createPersonFacts('Asia/Shanghai'),
        forMatch(people) {
          if (++reads === 2) ended.abort(reason);
          return forMatch(people);
        },
      },
      permits: { inAreas: async () => [], ofPeople: permitsOfPeople },
      peopleBirths: { bornOn: async () => new Map() },
    },
  });
  const ids = Array.from({ length: PEOPLE }, (_, n) => `01KC${String(n + 1).padStart(22, '0')}`);
  const rank = () =>
    run(async (tx) => {
      const job = await matcher.jobOfMachine(tx, 'robot-1');
      return matcher.candidates(tx, ids, job, new Date(), ended.signal);
    });
  await expect(rank()).rejects.toBe(reason);
  expect(reads).toBe(2);
}, 60_000);
