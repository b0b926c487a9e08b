import { beforeAll, describe, expect, it } from 'vitest';
import { obligationActs } from '../../testing/obligations.ts';
import { type QualificationList, qualificationActs } from '../../testing/qualifications.ts';
import { until } from '../../testing/site.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Person } from '../people/schema.ts';

const used = useApi();
const { send, hired, welding, added, step, makeAccounts } = qualificationActs(used);
const { look, casesOf, noticesOf } = obligationActs(used);
let sender: Person;
beforeAll(async () => {
  sender = await makeAccounts();
});

describe('what falls due', () => {
  it('is told 60 days before the end, moves with a correction, and ends with the renewal', async () => {
    const person = await hired();
    const given = { category: 'height', issuedOn: dayIn(-900), validFrom: dayIn(-900) };
    const one = await added(
      person,
      welding({ ...given, validUntil: dayIn(45), reviewDueOn: dayIn(45) }),
    );
    const due = (kind: string, states = 'planned,upcoming,due,overdue,done,closed') =>
      casesOf('planner', `subject=person:${person.id}&kind=${kind}&state=${states}`);
    await look();
    await look();
    const [end] = await due('qualification-end');
    expect(end).toMatchObject({ dueOn: dayIn(45), state: 'upcoming' });
    const told = await noticesOf(end!.id);
    expect(told.map(({ title }) => title.en)).toEqual([`${person.name}: Work at height ends soon`]);
    expect(await due('qualification-review')).toMatchObject([{ dueOn: dayIn(45) }]);
    const path = `/qualifications/${one.id}`;
    const moved = await send('office', 'PATCH', path, { version: 1, validUntil: dayIn(50) });
    expect(moved.status, JSON.stringify(moved.body)).toBe(200);
    expect(await due('qualification-end')).toMatchObject([
      { dueOn: dayIn(50), movedFrom: dayIn(45) },
    ]);
    const newer = {
      ...given,
      issuedOn: dayIn(0),
      validFrom: dayIn(0),
      validUntil: dayIn(900),
      reviewDueOn: dayIn(800),
    };
    await added(person, welding(newer));
    const dues = (await due('qualification-end')).map(({ dueOn, state }) => [dueOn, state]);
    expect(dues).toContainEqual([dayIn(900), 'planned']);
    expect(dues).toContainEqual([dayIn(50), 'done']);
  });

  it('is told of the one that counts: not of a suspended one, and of each level of a skill', async () => {
    const person = await hired();
    const open = async () =>
      (await casesOf('planner', `subject=person:${person.id}&kind=qualification-end`)).map(
        ({ dueOn }) => dueOn,
      );
    const given = { category: 'height', issuedOn: dayIn(-100), validFrom: dayIn(-100) };
    const short = { ...given, validUntil: dayIn(40), reviewDueOn: null };
    const first = await added(person, welding(short));
    const longer = await added(person, welding({ ...given, validUntil: dayIn(900) }));
    expect(await open()).toEqual([dayIn(900)]);
    const suspended = await step(longer, 'suspend');
    expect(await open()).toEqual([dayIn(40)]);
    const ending = async () => {
      const path = '/qualifications?ends=60&category=height';
      const { body } = await send<QualificationList>('office', 'GET', path);
      return body.items.filter((one) => one.person.id === person.id).map(({ id }) => id);
    };
    expect(await ending()).toEqual([first.id]);
    await step(suspended.body, 'resume');
    expect([await open(), await ending()]).toEqual([[dayIn(900)], []]);
    const skill = { type: 'skill', category: 'assembly', validFrom: dayIn(-100) };
    await added(person, { ...skill, level: 3, validUntil: dayIn(30) });
    await added(person, { ...skill, level: 2, validUntil: dayIn(700) });
    expect((await open()).sort()).toEqual([dayIn(30), dayIn(700), dayIn(900)].sort());
    await added(person, { ...skill, level: 4, validUntil: dayIn(800) });
    expect((await open()).sort()).toEqual([dayIn(800), dayIn(900)].sort());
  });
});

describe('the link of what falls due', () => {
  it('leads to the own certificates, to the file of a person, or nowhere', async () => {
    await added(sender, welding({ category: 'height', validUntil: dayIn(33) }));
    const linkFor = async (user: string) => {
      const cases = await casesOf(user, `subject=person:${sender.id}&kind=qualification-end`);
      return cases.find(({ dueOn }) => dueOn === dayIn(33))?.subject.link;
    };
    expect(await linkFor('sender')).toBe('/me/qualifications');
    expect(await linkFor('planner')).toBe(`/admin/people/${sender.id}`);
    await makeUser(used.database, 'reader', ['obligation:read@all', 'qualification:read@all']);
    expect(await linkFor('reader')).toBeNull();
  });
});

describe('what has ended', () => {
  it('is owed while the post asks for it, and not needed at another one', async () => {
    const person = await hired({ departmentId: 'assembly', post: '装配工' });
    const given = { issuedOn: dayIn(-900), validFrom: dayIn(-900), reviewDueOn: null };
    for (const category of ['welding', 'height']) {
      await added(person, welding({ ...given, category, validUntil: dayIn(-3) }));
    }
    const cases = async (state: string) => {
      const found = await casesOf(
        'planner',
        `subject=person:${person.id}&kind=qualification-end&state=${state}`,
      );
      return found.map(({ detail }) => detail?.en);
    };
    // The post asks for welding, and not for work at height.
    expect(await cases('overdue')).toEqual(['Welding and thermal cutting']);
    const move = (post: string | null) =>
      send('staff', 'POST', `/persons/${person.id}/transfer`, { departmentId: 'assembly', post });
    await move(null);
    await until(async () => (await cases('closed')).length === 1, 'the case is closed');
    expect(await cases('overdue')).toEqual([]);
    await move('装配工');
    await until(async () => (await cases('overdue')).length === 1, 'it is owed again');
  });
});
