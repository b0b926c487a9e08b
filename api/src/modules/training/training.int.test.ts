import { beforeAll, describe, expect, it } from 'vitest';
import { matchActs } from '../../testing/match.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Person } from '../people/schema.ts';
import type { PostView } from '../posts/schema.ts';
import type { Matrix } from '../qualifications/schema.ts';
import type { TrainingList, TrainingView } from './schema.ts';

const used = useApi();
const { send, hired, makeAccounts, at, replayed, require } = matchActs(used);
let post: PostView;
let own: Person;

const given = (more: object = {}) => ({
  course: 'lock-out',
  result: 'passed',
  heldOn: dayIn(-5),
  until: null,
  source: 'Training centre',
  ...more,
});
type Answer = TrainingView & { code: string; errors: { field: string }[] };
const add = (person: { id: string }, more: object = {}, user = 'office') =>
  send<Answer>(user, 'POST', `/persons/${person.id}/trainings`, given(more));
async function added(person: { id: string }, more: object = {}): Promise<TrainingView> {
  const { status, body } = await add(person, more);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const withdraw = ({ id, version }: TrainingView, user = 'office') =>
  send<Answer>(user, 'POST', `/trainings/${id}/withdraw`, { version, reason: 'of another person' });
const listOf = async (person: { id: string }, user = 'office') =>
  (await send<TrainingList>(user, 'GET', `/persons/${person.id}/trainings`)).body.items;
const codesOf = async (person: { id: string }) => (await at(person, { post: post.id })).codes;

beforeAll(async () => {
  own = await makeAccounts();
  await makeUser(used.database, 'posts', ['post:manage@all', 'post:read@all']);
  const made = await send<PostView>('posts', 'POST', '/posts', {
    code: 'TR-1',
    name: 'Press setter',
    kind: 'operator',
    departmentId: 'press-shop',
    machines: ['lathe-1'],
    courses: ['lock-out'],
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  post = made.body;
});

describe('training', () => {
  it('[TRN-18] a post asks for a course: missing, failed, ended and withdrawn ones keep the person off it', async () => {
    expect(post.courseNames.map(({ name }) => name.en)).toEqual(['Lock-out and tag-out']);
    const person = await hired();
    const missing = await at(person, { post: post.id });
    expect([missing.codes, missing.decision]).toEqual([['training-missing'], 'deny']);
    expect(missing.reasons[0]?.about?.name.en).toBe('Lock-out and tag-out');
    expect(missing.reasons[0]?.cure?.en).toBe('Take the course and pass it.');
    await added(person, { heldOn: dayIn(-20), course: 'post-rules' });
    expect(await codesOf(person)).toEqual(['training-missing']);

    const passed = await added(person, { heldOn: dayIn(-10), until: dayIn(0) });
    const allowed = await at(person, { post: post.id });
    expect([allowed.codes, allowed.decision]).toEqual([[], 'allow']);
    // The answer holds until the end of the last day.
    expect(allowed.validUntil?.slice(0, 10)).toBe(dayIn(0));
    const failed = await added(person, { result: 'failed' });
    expect((await listOf(person)).map(({ state }) => state)).toEqual([
      'failed',
      'replaced',
      'passed',
    ]);
    expect(await codesOf(person)).toEqual(['training-missing']);
    expect((await withdraw(failed)).body.state).toBe('withdrawn');
    expect(await codesOf(person)).toEqual([]);

    const path = `/trainings/${passed.id}`;
    const { version } = passed;
    const over = await send<Answer>('office', 'PATCH', path, { version, until: dayIn(-1) });
    expect([over.status, over.body.state]).toEqual([200, 'over']);
    expect(await codesOf(person)).toEqual(['training-over']);
    const late = await send<Answer>('office', 'PATCH', path, { version, until: null });
    expect(late.body.code).toBe('training.version-conflict');
    const again = await added(person, { heldOn: dayIn(0) });
    expect(await codesOf(person)).toEqual([]);
    await withdraw(again);
    expect(await codesOf(person)).toEqual(['training-over']);
    // What was kept replays as it was decided.
    expect((await replayed(allowed.decisionId)).replay.equal).toBe(true);
  });

  it('[TRN-18] a machine asks for courses, its own and those of the own post there, and a pass is seen at once', async () => {
    const person = await hired({ post: post.name });
    const misfits = async () => {
      const { body } = await send<{
        items: { person: { id: string }; reasons: { code: string }[] }[];
      }>('safety', 'GET', '/match/misfits?limit=200');
      return body.items
        .filter((one) => one.person.id === person.id)
        .map(({ reasons }) => reasons[0]?.code);
    };
    const machine = { machine: 'lathe-1' };
    const ask = (more: object) => require('lathe-1', more);
    // Of the machine itself, and of the own post there.
    for (const more of [{ courses: ['lock-out'] }, { fromPosts: true }]) {
      const { body } = await ask(more);
      expect(body.asks.courses.map(({ id }) => id)).toEqual(['lock-out']);
      expect((await at(person, machine)).codes).toEqual(['training-missing']);
    }
    expect((await ask({ courses: ['dancing'] })).body.code).toBe('match.word-unknown');
    await expect.poll(misfits, { timeout: 15_000 }).toEqual(['training-missing']);
    await added(person);
    expect((await at(person, machine)).codes).toEqual([]);
    await expect.poll(misfits, { timeout: 15_000 }).toEqual([]);
  });

  it('[TRN-18] the matrix has the courses of a post, its machines and areas, with gaps and what ends soon', async () => {
    const setter = await send<PostView>('posts', 'POST', '/posts', {
      code: 'TR-2',
      name: 'Die setter',
      kind: 'operator',
      departmentId: 'press-shop',
      machines: ['lathe-1'],
      areas: ['press-line'],
      courses: ['lock-out'],
    });
    await require('lathe-1', { courses: ['lock-out', 'confined-space'] });
    const asked = await require('press-line', { courses: ['post-rules'] }, 'area');
    expect(asked.status).toBe(200);
    const person = await hired({ post: setter.body.name });
    await added(person, { until: dayIn(45) });
    await added(person, { course: 'post-rules', heldOn: dayIn(-30), until: dayIn(-1) });
    const cells = async (within: number) =>
      (await send<Matrix>('office', 'GET', `/qualifications/matrix?within=${within}`)).body.posts
        .find(({ id }) => id === setter.body.id)
        ?.cells.map(({ type, categoryName, met, ending, lacking }) =>
          [type, categoryName?.en, met, ending, lacking].join(' '),
        );
    expect(await cells(60)).toEqual([
      'training Lock-out and tag-out 1 1 0',
      'training Work in confined spaces 0 0 1',
      'training Operating rules of the post 0 0 1',
    ]);
    expect((await cells(30))?.[0]).toBe('training Lock-out and tag-out 1 0 0');
    const gaps = await send<{ people: { cells: { code: string; until: string | null }[] }[] }>(
      'office',
      'GET',
      `/posts/${setter.body.id}/qualifications`,
    );
    expect(gaps.body.people[0]?.cells.map(({ code, until }) => [code, until])).toEqual([
      ['met', dayIn(45)],
      ['missing', null],
      ['expired', null],
    ]);
  });

  it('refuses what cannot be so, the own training, and people out of reach', async () => {
    const person = await hired();
    const faults = [
      [{ heldOn: dayIn(2) }, 'heldOn'],
      [{ result: 'failed', until: dayIn(9) }, 'until'],
      [{ until: dayIn(-9) }, 'until'],
      [{ course: 'dancing' }, 'course'],
    ] as const;
    for (const [more, field] of faults) {
      const { status, body } = await add(person, more);
      expect([status, body.errors.map((one) => one.field)]).toEqual([422, [field]]);
    }
    expect((await add(person, {}, 'checker')).status).toBe(403);
    const elsewhere = await hired({ departmentId: 'assembly' });
    const record = await added(elsewhere);
    expect((await add(elsewhere, {}, 'press-head')).status).toBe(404);
    expect((await withdraw(record, 'press-head')).body.code).toBe('training.unknown');
    expect((await add(person, {}, 'press-head')).status).toBe(201);
    expect((await listOf(person)).every(({ mayChange }) => mayChange)).toBe(true);
    expect((await listOf(person, 'checker')).some(({ mayChange }) => mayChange)).toBe(false);
    expect((await add(own, {}, 'sender')).body.code).toBe('training.own');
    await added(own);
    const mine = await send<TrainingList>('sender', 'GET', '/me/trainings');
    expect(mine.body.items.map(({ state, mayChange }) => [state, mayChange])).toEqual([
      ['passed', false],
    ]);
    const shown = await send<{ items: { kind: string; title: { en: string } }[] }>(
      'sender',
      'GET',
      '/me/timeline?kind=training',
    );
    expect(shown.body.items.map(({ title }) => title.en)).toEqual([
      'Course passed: Lock-out and tag-out',
    ]);
  });
});
