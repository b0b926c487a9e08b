import { beforeAll, expect, it } from 'vitest';
import type { ObligationRow } from '../../platform/obligations/schema.ts';
import { obligationActs } from '../../testing/obligations.ts';
import { qualificationActs } from '../../testing/qualifications.ts';
import { until } from '../../testing/site.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { PostView } from '../posts/schema.ts';
import type { QualificationView } from './schema.ts';

/** The first medical check of who takes a post with exposure: due while the condition holds. */
const used = useApi();
const { send, hired, step, makeAccounts } = qualificationActs(used);
const { look, casesOf, noticesOf } = obligationActs(used);
let count = 0;
const exposures = [{ substance: '噪声', route: 'inhalation' }];
beforeAll(async () => {
  await makeAccounts();
  await makeUser(used.database, 'poster', ['post:read@all', 'post:manage@all']);
});

async function post(more: object = {}): Promise<PostView> {
  const code = `G-${++count}`;
  const input = { code, name: `Grinder ${count}`, departmentId: 'press-shop', kind: 'operator' };
  const { status, body } = await send<PostView>('poster', 'POST', '/posts', { ...input, ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const found = (person: { id: string }) =>
  casesOf(
    'planner',
    `subject=person:${person.id}&kind=medical-check-first&state=planned,upcoming,due,overdue,done,closed`,
  );
/** The cases, once the last is in a state; the consumer follows events. */
const inState = (person: { id: string }, ...states: ObligationRow['state'][]) =>
  until(
    async () => {
      const rows = await found(person);
      return rows.length > 0 && states.includes(rows.at(-1)?.state ?? 'closed') ? rows : null;
    },
    `the case is ${states.join(' or ')}`,
  );
async function check(person: { id: string }): Promise<QualificationView> {
  const path = `/persons/${person.id}/qualifications`;
  const { status, body } = await send('doctor', 'POST', path, {
    type: 'fitness',
    category: 'before-post',
    result: 'fit',
    validFrom: dayIn(0),
    validUntil: dayIn(300),
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

it('is owed from the day on which such a post is taken, is told, and ends with the result', async () => {
  const { id } = await post({ exposures });
  const person = await hired({ postId: id });
  const [one] = await inState(person, 'due');
  expect(one).toMatchObject({ dueOn: dayIn(0), detail: { en: `Grinder ${count}` } });
  await look();
  expect((await noticesOf(one?.id ?? '')).map(({ title }) => title.en)).toEqual([
    `${person.name}: Grinder ${count} exposes to hazards, and there is no medical check`,
  ]);
  const result = await check(person);
  expect(await inState(person, 'done')).toHaveLength(1);
  // A result that is revoked leaves the person without one.
  await step(result, 'revoke', 'doctor');
  expect((await inState(person, 'due')).map(({ state }) => state).sort()).toEqual(['done', 'due']);
});

it('is not owed where there is a result already, at a post without exposure, or after leaving the post', async () => {
  const [clean, noisy] = [await post(), await post({ exposures })];
  const checked = await hired();
  await check(checked);
  const atClean = await hired({ postId: clean.id });
  const mover = await hired({ postId: noisy.id });
  await inState(mover, 'due');
  const moves = async (person: { id: string; version: number }, postId: string) => {
    const { status, body } = await send('staff', 'POST', `/persons/${person.id}/transfer`, {
      version: person.version,
      departmentId: 'press-shop',
      postId,
    });
    expect(status, JSON.stringify(body)).toBe(200);
  };
  await moves(checked, noisy.id);
  await moves(mover, clean.id);
  expect(await inState(mover, 'closed')).toHaveLength(1);
  expect([await found(checked), await found(atClean)]).toEqual([[], []]);
});

it('is owed once the post exposes to something, by all who hold it', async () => {
  const plain = await post();
  const people = [await hired({ postId: plain.id }), await hired({ postId: plain.id })];
  const { status } = await send('poster', 'PATCH', `/posts/${plain.id}`, {
    version: plain.version,
    exposures,
  });
  expect(status).toBe(200);
  for (const person of people) expect(await inState(person, 'due')).toHaveLength(1);
});

it('is there in the demonstration: the fitter at assembly has no result', async () => {
  const id = (
    await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.person.findFirstOrThrow({ where: { employeeNo: 'E011' } }),
    )
  ).id;
  await inState({ id }, 'due', 'overdue');
});
