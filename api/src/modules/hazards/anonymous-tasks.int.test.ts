import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task, TaskPage } from '../../platform/workflow/tasks-schema.ts';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let worker: Headers;
let head: Headers;
let safety: Headers;
/** Of the head's department: may do what the head may, and may not know who reported. */
let deputy: Headers;
/** An officer beside `safety`. */
let officer: Headers;

type Transaction = Parameters<Parameters<HazardWorld['database']['transaction']>[1]>[0];
const inDatabase = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  world.database.transaction({ tenant: 'demo', user: null }, work);

beforeAll(async () => {
  world = await openHazardWorld();
  [worker, head] = [await world.as('worker.press'), await world.as('head.press')];
  safety = await world.as('safety');
  await inDatabase((tx) =>
    tx.person.updateMany({ where: { employeeNo: 'E007' }, data: { departmentId: 'press-shop' } }),
  );
  const grants = ['hazard:read@department', 'hazard:rectify@department'] as const;
  await makeUser(world.database, 'deputy.press', [...grants], { employeeNo: 'E007' });
  deputy = await world.as('deputy.press');
  const id = await makeUser(world.database, 'officer2', []);
  await inDatabase((tx) =>
    tx.userRole.create({ data: { tenantId: 'demo', userId: id, roleId: 'safety-officer' } }),
  );
  officer = await world.as('officer2');
});
afterAll(() => world?.close());

/** The tasks about these hazards, as one account sees them, by hazard. */
async function tasksOf(who: Headers, scope: string, hazards: { id: string }[]): Promise<Task[]> {
  const answer = await world.api.get(`/api/v1/tasks?limit=200&scope=${scope}`, who);
  expect(answer.status).toBe(200);
  const { items } = (await answer.json()) as TaskPage;
  return hazards.map(({ id }) => items.find(({ entityId }) => entityId === id)!);
}
async function permissionsOf(who: Headers): Promise<string[]> {
  const answer = await world.api.get('/api/v1/auth/me', who);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { permissions: string[] }).permissions;
}
/** A task without what tells one record from another. */
const alike = ({ id: _id, entityId, link, title, enteredAt, dueAt, ...rest }: Task) => rest;
const names = ({ assignees }: Task) => assignees.map(({ displayName }) => displayName.en).sort();

describe('[HAZ-14] a task does not tell its reader who reported', () => {
  it('by whom it is assigned to, where the head rectifies what they reported', async () => {
    const hazards = [
      await world.reported(head, { title: 'By the head' }),
      await world.reported(worker, { title: 'By a worker' }),
    ];
    for (const hazard of hazards) await world.step(safety, hazard, 'accept');
    const [own, ofOthers] = await tasksOf(deputy, 'department', hazards);
    expect(own).toMatchObject({ state: 'assigned', assignees: [], assigneesShown: false });
    expect(alike(own!)).toEqual(alike(ofOthers!));
    // Their own tasks: they are with them, and nothing is told of others.
    const [first, second] = await tasksOf(head, 'mine', hazards);
    expect(names(first!)).toEqual(['Zhao Chongya']);
    expect(alike(first!)).toEqual(alike(second!));
  });

  it('nor by a colleague who is missing, unless they may know', async () => {
    const hazards = [
      await world.reported(safety, { title: 'By an officer' }),
      await world.reported(worker, { title: 'By a worker' }),
    ];
    const [byOfficer, byWorker] = await tasksOf(officer, 'mine', hazards);
    expect([names(byOfficer!), names(byWorker!)]).toEqual([
      ['officer2'],
      ['Wang Anquan', 'officer2'],
    ]);
    await inDatabase(async (tx) => {
      const where = { tenantId_id: { tenantId: 'demo', id: 'safety-officer' } };
      const { permissions } = await tx.role.findUniqueOrThrow({ where });
      const less = permissions.filter((grant) => !grant.startsWith('hazard:identify'));
      await tx.role.update({ where, data: { permissions: less } });
    });
    // The notice of the change reaches the cache of accounts after the commit.
    await until(
      async () => !(await permissionsOf(officer)).some((one) => one.startsWith('hazard:identify')),
      'the officer may not know who reported',
    );
    const [one, other] = await tasksOf(officer, 'mine', hazards);
    expect(one).toMatchObject({ mine: true, assigneesShown: false });
    expect(names(one!)).toEqual(['officer2']);
    expect(alike(one!)).toEqual(alike(other!));
  });
});
