import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import { assignmentActs } from '../../testing/assignments.ts';
import { until } from '../../testing/site.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { usual } from '../match/requirement.ts';
import type { Board, JobView } from './schema.ts';

const used = useApi();
const acts = assignmentActs(used);
const { send, plan, worker, assign, job, candidates, codesOf, step } = acts;
const path = ({ id }: { id: string }) => `/assignments/jobs/${id}`;
beforeAll(() => acts.makePlanners());

let codes = 0;
/** A post of the assembly shop. */
async function post(more: object = {}): Promise<string> {
  codes += 1;
  const body = {
    code: `GW-${codes}`,
    name: `岗位 ${codes}`,
    kind: 'other',
    departmentId: 'assembly',
  };
  const made = await send<{ id: string }>('safety.head', 'POST', '/posts', { ...body, ...more });
  expect(made.status).toBe(201);
  return made.body.id;
}

/** A machine, new or as it is now. */
async function machine(id: string, more: object): Promise<void> {
  const name = { zh: id, en: id };
  const body = { name, kind: 'conveyor', departmentId: 'assembly', ...more };
  expect((await send('admin', 'PUT', `/equipment/${id}`, body)).status).toBe(200);
}

const isLost = (of: JobView, lost: boolean, why: string) =>
  until(async () => ((await job(of.id)).crew[0]?.lostAt != null) === lost, why);

describe('a job begins before its time', () => {
  it('with those alone who may do it now and are nowhere else, and holds them from then on', async () => {
    const postId = await post();
    const soon = { machineId: 'conveyor-1', postId, from: acts.at(0.4), until: acts.at(3) };
    const later = await worker({ postId });
    const rows = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.postHolding.updateMany({
        where: { personId: later.id },
        data: { since: new Date(acts.at(0.3)) },
      }),
    );
    expect(rows.count).toBe(1);
    const one = (await assign(await plan(soon), later)).body;
    const early = await step(one, 'begin');
    expect([early.status, early.body.code]).toEqual([409, 'assignment.crew-refused']);
    expect(early.body.people?.map(codesOf)).toEqual([['ask-supervisor']]);
    // Who is elsewhere until then.
    const person = await worker({ postId });
    const short = { machineId: 'conveyor-1', from: acts.at(0.05), until: acts.at(0.3) };
    const before = (await assign(await plan(short), person)).body;
    const two = (await assign(await plan(soon), person)).body;
    const busy = await step(two, 'begin');
    expect([busy.status, busy.body.code]).toEqual([409, 'assignment.crew-refused']);
    expect(busy.body.people?.map(codesOf)).toEqual([['busy']]);
    await step(before, 'cancel', { reason: 'not needed' });
    expect((await step(two, 'begin')).body.status).toBe('running');
    const taken = await assign(await plan(short), person);
    expect([taken.status, taken.body.code]).toEqual([409, 'assignment.busy']);
  });
});

describe('an override', () => {
  it('is for its reason at its place: another time keeps it, another machine or post asks for a new one', async () => {
    const postId = await post();
    const person = await worker();
    const reason = 'a trained packer of another hall';
    const planned = await plan({ machineId: 'conveyor-1', postId });
    let one = (await assign(planned, person, 'head', { reason })).body;
    one = (await send('foreman', 'PATCH', path(one), { version: one.version, until: acts.at(7) }))
      .body;
    expect(one.crew[0]?.override?.reason).toBe(reason);
    const { version } = one;
    for (const more of [{ machineId: 'robot-1' }, { postId: await post() }]) {
      const moved = await send('foreman', 'PATCH', path(one), { version, ...more });
      expect([more, moved.status, moved.body.code]).toEqual([more, 409, 'assignment.crew-refused']);
    }
    // A second reason with the same public word is no part of what was overridden.
    await acts.requirement('conveyor-1', { leastAge: 18 });
    await isLost(one, true, 'the age is not known');
    await acts.requirement('conveyor-1', {});
    await isLost(one, false, 'it is asked no more');
    // Where the new place lets the person, the override is gone with the old one.
    await machine('conveyor-2', { areaId: 'assembly-area' });
    const free = { version, machineId: 'conveyor-2', postId: null };
    const moved = await send('foreman', 'PATCH', path(one), free);
    expect([moved.status, moved.body.crew?.[0]?.override]).toEqual([200, null]);
  });
});

describe('a machine without an area', () => {
  it('is planned by those of its department alone, in whatever area the work is', async () => {
    await machine('mobile-1', { areaId: null, departmentId: 'press-shop' });
    const input = acts.input({ machineId: 'mobile-1', areaId: 'assembly-area' });
    const refused = await send('foreman', 'POST', '/assignments/jobs', input);
    expect([refused.status, refused.body.code]).toEqual([403, 'assignment.place']);
    const one = await plan({ machineId: 'mobile-1', areaId: 'assembly-area' }, 'other-foreman');
    expect(one).toMatchObject({ mayManage: true, area: { id: 'assembly-area' } });
    expect((await send('foreman', 'GET', path(one))).body.code).toBe('assignment.unknown');
  });
});

describe('what a job rests on', () => {
  const ofCell = async (skills: object[]) => {
    const { body } = await send<{ items: { id: string; version: number }[] }>(
      'safety.head',
      'GET',
      '/match/places',
    );
    const version = body.items.find(({ id }) => id === 'robot-cell')?.version ?? 0;
    const target = { target: 'area', targetId: 'robot-cell', version };
    const asks = { ...target, ...usual('area'), skills };
    return send('safety.head', 'PUT', '/match/requirements', asks);
  };

  it('is seen: a machine that is moved, a new post, and what changed while the module was off', async () => {
    await machine('conveyor-3', { areaId: 'assembly-area' });
    expect((await ofCell([{ skill: 'first-aid', level: 1 }])).status).toBe(200);
    const person = await worker();
    let one = (await assign(await plan({ machineId: 'conveyor-3' }), person)).body;
    await machine('conveyor-3', { areaId: 'robot-cell' });
    await isLost(one, true, 'the new area asks for a skill');
    one = await job(one.id);
    expect(one.area?.id).toBe('robot-cell');
    const renamed = { version: one.version, title: 'Belt' };
    const edited = await send('foreman', 'PATCH', path(one), renamed);
    expect([edited.status, edited.body.title]).toEqual([200, 'Belt']);

    // No event says so.
    await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.matchRequirement.deleteMany({ where: { targetId: 'robot-cell' } }),
    );
    const turn = async (on: boolean) => {
      expect((await send('admin', 'PUT', '/features/assignments', { on })).status).toBeLessThan(
        300,
      );
      await until(
        async () => ((await send('foreman', 'GET', '/assignments/choices')).status === 200) === on,
        'it is switched',
      );
    };
    await turn(false);
    await turn(true);
    await isLost(one, false, 'what happened meanwhile is seen');

    await post({ machines: ['conveyor-3'] });
    await isLost(one, true, 'who holds none of the posts that work there');
    expect(codesOf((await job(one.id)).crew[0]!)).toEqual(['ask-supervisor']);
  });
});

describe('what is told', () => {
  it('comes again where it gets worse: a hold becomes a refusal', async () => {
    const person = await worker();
    const one = (await assign(await plan({ machineId: 'conveyor-1' }), person)).body;
    const told = async () => {
      const { body } = await send<{ items: { title: { en: string }; count: number }[] }>(
        'foreman',
        'GET',
        '/notices?limit=200',
      );
      const title = `${person.name} may no longer do the job ${one.title}`;
      return body.items.filter((notice) => notice.title.en === title).map(({ count }) => count);
    };
    // Few hours are a hold.
    await acts.requirement('conveyor-1', { leastHours: 5 });
    await isLost(one, true, 'the hours are too few');
    expect(codesOf((await job(one.id)).crew[0]!)).toEqual(['ask-supervisor']);
    expect(await told()).toEqual([1]);
    await acts.requirement('conveyor-1', {
      leastHours: 5,
      skills: [{ skill: 'first-aid', level: 1 }],
    });
    await until(
      async () => codesOf((await job(one.id)).crew[0]!).includes('not-qualified'),
      'the skill is missing, too',
    );
    // Within minutes it is the same notice, counted again and unread.
    expect(await told()).toEqual([2]);
    await acts.requirement('conveyor-1', {});
    await isLost(one, false, 'nothing is asked any more');
  });

  it('to planners is the same of a missing medical check and a missing skill', async () => {
    const skills = [{ skill: 'first-aid', level: 1 }];
    await acts.requirement('robot-1', { skills, fitness: true });
    const unchecked = await worker();
    await acts.skilled(unchecked, { category: 'first-aid', level: 1 });
    const unskilled = await worker();
    const check = {
      type: 'fitness',
      category: 'in-post',
      validFrom: acts.dayIn(-9),
      result: 'fit',
    };
    const file = `/persons/${unskilled.id}/qualifications`;
    await send('doctor', 'POST', file, { ...check, validUntil: acts.dayIn(300) });
    const one = await plan({ machineId: 'robot-1' });
    const { items } = await candidates(one);
    const shown = (id: string) => {
      const { person: _, ...rest } = items.find(({ person }) => person.id === id)!;
      return rest;
    };
    expect(shown(unchecked.id)).toEqual(shown(unskilled.id));
    const answers = await Promise.all(
      [unchecked, unskilled].map(async (person) => {
        const { decision, final, reasons } = (await assign(one, person)).body;
        return { decision, final, reasons };
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
  });

  it('to one of the crew is who the others are, and not that they may no longer work', async () => {
    const self = await worker();
    const other = await worker();
    await makeUser(used.database, 'of-the-crew', ['assignment:read@own'], {
      employeeNo: self.employeeNo,
    });
    let one = await plan({ machineId: 'conveyor-1', minCrew: 2, from: acts.at(1) });
    one = (await assign(one, self)).body;
    one = (await assign(one, other)).body;
    await send('staff', 'POST', `/persons/${other.id}/leave`, { on: acts.today() });
    await until(async () => (await job(one.id)).short === 1, 'the departure is seen');
    const all = await job(one.id);
    expect(all.crew.map(({ lostAt }) => lostAt !== null)).toEqual([false, true]);
    const seen = await job(one.id, 'of-the-crew');
    expect(seen).toMatchObject({ short: 0, mayManage: false });
    expect(seen.crew[0]).toEqual(all.crew[0]);
    expect(seen.crew[1]).toMatchObject({
      person: { id: other.id, name: other.name, employeeNo: '' },
      override: null,
      lostAt: null,
      reasons: [],
    });
    const history = await send<{ items: unknown[] }>('of-the-crew', 'GET', `${path(one)}/history`);
    expect(history.body.items).toEqual([]);
    const board = async (state: string) => {
      const day = acts.dayIn(0);
      const query = `/assignments/board?day=${day}&state=${state}`;
      return (await send<Board>('of-the-crew', 'GET', query)).body.items.map(({ id }) => id);
    };
    expect([await board('lost'), await board('short')]).toEqual([[], []]);
  });
});

describe('many people', () => {
  it('are compared up to a bound, those of the department of the job first, and narrowed by department', async () => {
    const known = await worker();
    await acts.operated(known, 'conveyor-1', 12);
    await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.person.createMany({
        data: Array.from({ length: 1_000 }, (_, n) => ({
          tenantId: 'demo',
          id: newId(),
          employeeNo: `M${n}`,
          // Before all others.
          name: `0 ${n}`,
          departmentId: 'press-shop',
        })),
      }),
    );
    const one = await plan({ machineId: 'conveyor-1' });
    const of = async (query: string) => {
      const { body } = await send<Awaited<ReturnType<typeof candidates>>>(
        'safety.head',
        'GET',
        `${path(one)}/candidates?limit=5${query}`,
      );
      const { allow, hold, deny, busy } = body.counts;
      return { first: body.items[0]?.person.id, sum: allow + hold + deny + busy, more: body.more };
    };
    expect(await of('')).toEqual({ first: known.id, sum: 1_000, more: true });
    expect(await of('&department=assembly')).toMatchObject({ first: known.id, more: false });
  });
});
