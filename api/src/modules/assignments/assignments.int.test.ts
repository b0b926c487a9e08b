import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AssignedAnswer, assignmentActs } from '../../testing/assignments.ts';
import { until } from '../../testing/site.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';

const used = useApi();
const acts = assignmentActs(used);
const { send, plan, welder, worker, assign, job, candidates, codesOf, events, step } = acts;
beforeAll(() => acts.makePlanners());

describe('a job is planned', () => {
  it('once for a key, at a place of the planner, with a time that can be', async () => {
    const key = ulid();
    const same = { key, from: acts.at(2), until: acts.at(6) };
    const first = await plan(same);
    expect((await plan(same)).id).toBe(first.id);
    const input = acts.input({ key, title: 'Another' });
    const taken = await send('foreman', 'POST', '/assignments/jobs', input);
    expect([taken.status, taken.body.code]).toEqual([409, 'assignment.key-taken']);
    const bad: [object, number, string][] = [
      [{ machineId: 'press-1' }, 403, 'assignment.place'],
      [{ machineId: null }, 422, 'assignment.fields'],
      [{ machineId: 'no-such' }, 422, 'assignment.fields'],
      [{ areaId: 'rack-store' }, 422, 'assignment.fields'],
      [{ work: 'no-such' }, 422, 'assignment.fields'],
      [{ from: acts.at(3), until: acts.at(2) }, 422, 'assignment.time'],
      [{ from: acts.at(-9), until: acts.at(-8) }, 422, 'assignment.time'],
      [{ from: acts.at(1), until: acts.at(24 * 8) }, 422, 'assignment.time'],
    ];
    for (const [more, status, code] of bad) {
      const answer = await send('foreman', 'POST', '/assignments/jobs', acts.input(more));
      expect([more, answer.status, answer.body.code]).toEqual([more, status, code]);
    }
  });

  it('many times at once with one key, and is one job', async () => {
    const key = ulid();
    const input = acts.input({ key });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => send('foreman', 'POST', '/assignments/jobs', input)),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  });

  it('changed, begun, finished and cancelled at the version that was looked at, with its history', async () => {
    const person = await welder();
    let one = await plan({ from: acts.at(0), until: acts.at(4) });
    const early = await step(one, 'begin');
    expect([early.status, early.body.code]).toEqual([409, 'assignment.crew-short']);
    one = (await assign(one, person)).body;
    const path = `/assignments/jobs/${one.id}`;
    const old = await send('foreman', 'PATCH', path, { version: 1, title: 'Late' });
    expect([old.status, old.body.code, old.body.current?.version]).toEqual([
      409,
      'assignment.version-conflict',
      one.version,
    ]);
    one = (await send('foreman', 'PATCH', path, { version: one.version, title: 'Rail 2' })).body;
    one = (await step(one, 'begin')).body;
    expect(one).toMatchObject({ status: 'running', title: 'Rail 2', short: 0 });
    const moved = { version: one.version, machineId: 'robot-1' };
    expect((await send('foreman', 'PATCH', path, moved)).body.code).toBe('assignment.state');
    one = (await step(one, 'finish')).body;
    expect(one).toMatchObject({ status: 'done', crew: [{ person: { id: person.id } }] });
    expect((await step(one, 'cancel', { reason: 'too late' })).body.code).toBe('assignment.state');
    const { body } = await send<{ items: { action: string }[] }>(
      'foreman',
      'GET',
      `${path}/history`,
    );
    expect(body.items.map(({ action }) => action)).toEqual([
      'finish-job',
      'begin-job',
      'update',
      'assign-person',
      'create',
    ]);
    // The person is free again, and a cancelled job says why.
    const next = await plan({ from: acts.at(0), until: acts.at(4) });
    const booked = (await assign(next, person)).body;
    const off = (await step(booked, 'cancel', { reason: 'no parts' })).body;
    expect(off).toMatchObject({ status: 'cancelled', cancelReason: 'no parts' });
  });

  it('is shown in the week of the plant, bounded, to those within reach', async () => {
    const one = await plan({ from: acts.at(24 * 30), until: acts.at(24 * 30 + 4) });
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(
      new Date(one.from),
    );
    const board = async (user: string, query = '') =>
      (await send<AssignedAnswer['board']>(user, 'GET', `/assignments/board?day=${day}${query}`))
        .body;
    const week = await board('foreman');
    expect(week.days).toHaveLength(7);
    expect(week.days.map((each) => each.day)).toContain(day);
    expect(week.days[0]?.from).toMatch(/T16:00:00.000Z$/);
    expect(week.items.map(({ id }) => id)).toEqual([one.id]);
    expect((await board('other-foreman')).items).toEqual([]);
    expect((await board('foreman', '&machine=robot-1')).items).toEqual([]);
    expect((await board('foreman', '&state=short')).items.map(({ id }) => id)).toEqual([one.id]);
    await plan({ from: acts.at(24 * 30), until: acts.at(24 * 30 + 2) });
    expect(await board('foreman', '&limit=1')).toMatchObject({
      more: true,
      items: [{ id: one.id }],
    });
  });
});

describe('people are proposed', () => {
  it('[PER-03] [PER-06] ranked with reasons: by decision, then by hours on the machine; from the own department alone', async () => {
    const good = await welder();
    const bare = await worker();
    const far = await welder({ departmentId: 'press-shop' });
    const one = await plan();
    const { items, counts } = await candidates(one);
    const ids = items.map(({ person }) => person.id);
    expect(ids).toEqual(expect.arrayContaining([good.id, bare.id]));
    expect(ids).not.toContain(far.id);
    expect(ids.indexOf(good.id)).toBeLessThan(ids.indexOf(bare.id));
    expect(items.find(({ person }) => person.id === good.id)).toMatchObject({
      decision: 'allow',
      reasons: [],
      busy: null,
    });
    const refused = items.find(({ person }) => person.id === bare.id)!;
    expect(refused).toMatchObject({ decision: 'deny', final: true });
    expect(codesOf(refused)).toEqual(['not-qualified']);
    expect(refused.reasons[0]?.cure.en).toContain('Choose another person');
    expect(counts.allow + counts.hold + counts.deny + counts.busy).toBe(items.length);
    // Hours on the machine go before the name.
    const known = await welder();
    await acts.operated(known, 'welder-1', 12);
    const [first] = (await candidates(one)).items;
    expect(first).toMatchObject({ person: { id: known.id }, hours: 12 });
  });

  it('[PER-03] by the post of the job and what it asks for: its holder with the skill is first, who lacks it is refused', async () => {
    const asks = { skills: [{ skill: 'first-aid', level: 2 }] };
    const body = { code: 'JH-1', name: '救护员', kind: 'other', departmentId: 'assembly', ...asks };
    const post = await send<{ id: string }>('safety.head', 'POST', '/posts', body);
    const skilled = (person: { id: string }, level: number) =>
      acts.skilled(person, { category: 'first-aid', level });
    const holder = await worker({ postId: post.body.id });
    await skilled(holder, 2);
    const lower = await worker({ postId: post.body.id });
    await skilled(lower, 1);
    const guest = await worker();
    await skilled(guest, 3);
    const one = await plan({ machineId: 'conveyor-1', postId: post.body.id });
    const { items } = await candidates(one);
    expect(items[0]).toMatchObject({
      person: { id: holder.id },
      decision: 'allow',
      holdsPost: true,
    });
    const of = (id: string) => items.find(({ person }) => person.id === id)!;
    expect([of(lower.id).decision, codesOf(of(lower.id))]).toEqual(['deny', ['not-qualified']]);
    expect([of(guest.id).decision, codesOf(of(guest.id))]).toEqual(['hold', ['ask-supervisor']]);
  });

  it('who is assigned elsewhere is shown so, and who left is proposed no more', async () => {
    const person = await welder();
    const one = await plan();
    expect((await assign(one, person)).status).toBe(200);
    const other = await plan({ from: acts.at(3), until: acts.at(7) });
    const of = async () =>
      (await candidates(other)).items.find((each) => each.person.id === person.id);
    expect(await of()).toMatchObject({ busy: { title: one.title }, decision: 'allow' });
    await send('staff', 'POST', `/persons/${person.id}/leave`, { on: acts.today() });
    expect(await of()).toBeUndefined();
    expect((await assign(other, person)).status).toBe(404);
  });

  it('a missing medical check looks like a missing certificate, and so does its place in the list', async () => {
    const unchecked = await welder({}, { fitness: false });
    const bare = await worker();
    const { items } = await candidates(await plan());
    const strip = (id: string) => {
      const { person: _, ...rest } = items.find(({ person }) => person.id === id)!;
      return rest;
    };
    expect(strip(unchecked.id)).toEqual(strip(bare.id));
  });
});

describe('facts change', () => {
  it('[PER-04] a certificate that ends during the job is not let through, one that ends after it is', async () => {
    const person = await welder({}, { days: 1 });
    // The last day counts to its end: midnight of the plant is at 16:00 UTC.
    const midnight = Date.parse(`${acts.dayIn(1)}T16:00:00Z`);
    const hours = (n: number) => new Date(midnight + n * 3_600_000).toISOString();
    const over = await plan({ from: hours(-2), until: hours(1) });
    const refused = await assign(over, person);
    expect([refused.status, refused.body.code]).toEqual([422, 'assignment.refused']);
    expect((await job(over.id)).crew).toEqual([]);
    const fits = await plan({ from: hours(-2), until: hours(0) });
    const made = await assign(fits, person);
    expect(made.status).toBe(200);
    // To prolong it would lead beyond the certificate: refused with the name, and nothing changed.
    const longer = { version: made.body.version, until: hours(1) };
    const path = `/assignments/jobs/${fits.id}`;
    const answer = await send('foreman', 'PATCH', path, longer);
    expect([answer.status, answer.body.code]).toEqual([409, 'assignment.crew-refused']);
    expect(answer.body.people?.map(({ name }) => name)).toEqual([person.name]);
    expect(await job(fits.id)).toEqual(made.body);
  });

  it('[PER-04] a suspension marks the assignment, is told once with a link that opens the job, and closes itself', async () => {
    const person = await welder();
    await makeUser(used.database, 'the-welder', ['assignment:read@own'], {
      employeeNo: person.employeeNo,
    });
    let one = (await assign(await plan({ from: acts.at(0), until: acts.at(4) }), person)).body;
    const [certificate] = await acts.certificatesOf(person);
    await acts.certificateStep(certificate!, 'suspend');
    await until(async () => (await job(one.id)).crew[0]?.lostAt != null, 'it is marked');
    one = await job(one.id);
    expect(one).toMatchObject({ short: 1 });
    expect(codesOf(one.crew[0]!)).toEqual(['not-qualified']);
    // It cannot be begun so.
    const begun = await step(one, 'begin');
    expect([begun.status, begun.body.code]).toEqual([409, 'assignment.crew-refused']);
    const toldOfIt = async () =>
      (await acts.noticesTo('foreman', 'assignment.not-allowed')).filter(
        ({ link }) => link === `/assignments/${one.id}`,
      );
    const told = await toldOfIt();
    expect(told).toHaveLength(1);
    expect(told[0]?.body.en).not.toMatch(/suspend|certificate/i);
    // The person reads all of it.
    const own = await send<{ items: { lostAt: string | null; reasons: { code: string }[] }[] }>(
      'the-welder',
      'GET',
      '/me/assignments',
    );
    expect(own.body.items[0]?.reasons.map(({ code }) => code)).toEqual(['certificate-suspended']);
    const [again] = await acts.certificatesOf(person);
    await acts.certificateStep(again!, 'resume');
    await until(async () => (await job(one.id)).crew[0]?.lostAt === null, 'it closes itself');
    expect(await events(one.id)).toEqual(['made', 'no-longer-allowed', 'allowed-again']);
    expect(await toldOfIt()).toHaveLength(1);
    expect((await step(await job(one.id), 'begin')).body.status).toBe('running');
  });

  it('another demand of the machine and a person who leaves are seen, too', async () => {
    const person = await worker();
    const one = (await assign(await plan({ machineId: 'conveyor-1' }), person)).body;
    const demand = (skills: object[]) => acts.requirement('conveyor-1', { skills });
    await demand([{ skill: 'first-aid', level: 1 }]);
    await until(async () => (await job(one.id)).crew[0]?.lostAt != null, 'the demand is seen');
    await demand([]);
    await until(async () => (await job(one.id)).crew[0]?.lostAt === null, 'it is gone');
    await send('staff', 'POST', `/persons/${person.id}/leave`, { on: acts.today() });
    await until(async () => (await job(one.id)).crew[0]?.lostAt != null, 'the departure is seen');
    expect(codesOf((await job(one.id)).crew[0]!)).toEqual(['not-admitted']);
  });
});

describe('the least crew of a post', () => {
  it('decides for its jobs: taken where none is given, and a smaller one is marked short with the reason', async () => {
    const made = await send<{ id: string }>('safety.head', 'POST', '/posts', {
      code: 'ZZ-77',
      name: '双人吊装',
      kind: 'operator',
      departmentId: 'assembly',
      minCrew: 2,
    });
    const post = { machineId: 'conveyor-1', postId: made.body.id };
    const times = { from: acts.at(0), until: acts.at(3) };
    const usual = await plan({ ...post, ...times });
    expect(usual).toMatchObject({ minCrew: 2, postCrew: null, short: 2 });
    expect(await plan({ machineId: 'conveyor-1' })).toMatchObject({ minCrew: 1, postCrew: null });
    // It may be saved with fewer people; the board says that the post needs more.
    let few = await plan({ ...post, ...times, minCrew: 1 });
    expect(few).toMatchObject({ minCrew: 1, postCrew: 2, short: 2 });
    few = (await assign(few, await worker({ postId: made.body.id }))).body;
    expect(few).toMatchObject({ postCrew: 2, short: 1 });
    const board = await send<AssignedAnswer['board']>(
      'foreman',
      'GET',
      '/assignments/board?state=short',
    );
    expect(board.body.items.map(({ id }) => id)).toContain(few.id);
    const early = await step(few, 'begin');
    expect([early.status, early.body.code]).toEqual([409, 'assignment.crew-short']);
    few = (await assign(few, await worker({ postId: made.body.id }))).body;
    expect(few.short).toBe(0);
    expect((await step(few, 'begin')).body).toMatchObject({ status: 'running', short: 0 });
    const choices = await send<{ posts: { id: string; minCrew: number }[] }>(
      'foreman',
      'GET',
      '/assignments/choices',
    );
    expect(choices.body.posts.find(({ id }) => id === made.body.id)?.minCrew).toBe(2);
  });
});
