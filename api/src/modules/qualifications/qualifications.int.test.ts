import { beforeAll, describe, expect, it } from 'vitest';
import {
  type QualificationAnswer,
  type QualificationList,
  qualificationActs,
} from '../../testing/qualifications.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import type { Person } from '../people/schema.ts';
import { meets } from './needs.ts';
import type { Matrix } from './schema.ts';

const used = useApi({ processes: 2 });
const { send, hired, welding, add, added, step, auditOf, factsOf, makeAccounts } =
  qualificationActs(used);
const ZONE = 'Asia/Shanghai';
let sender: Person;
beforeAll(async () => {
  sender = await makeAccounts();
});

describe('the register of qualifications', () => {
  it('is there on the first day: a valid certificate, an expired one, one of another category', async () => {
    const { body } = await send<QualificationList>(
      'office',
      'GET',
      '/qualifications?type=special-work&limit=200',
    );
    const of = (name: string, category: string) =>
      body.items.find((one) => one.person.name === name && one.category === category)?.state;
    expect([
      of('吴维修', 'welding'),
      of('卫装配', 'welding'),
      of('蒋班长', 'electric-low'),
    ]).toEqual(['valid', 'expired', 'valid']);
    expect(body.waiting).toBeGreaterThan(0);
    const ends = body.items.map(({ lastDay }) => lastDay ?? '9999');
    expect(ends).toEqual([...ends].sort());
  });

  it('is filtered by state and by what ends soon, page by page, and exported', async () => {
    const person = await hired();
    await added(
      person,
      welding({
        category: 'height',
        validUntil: dayIn(20),
        issuedOn: dayIn(-600),
        validFrom: dayIn(-600),
        reviewDueOn: dayIn(20),
      }),
    );
    const renewed = await hired();
    const old = {
      category: 'height',
      validUntil: dayIn(10),
      issuedOn: dayIn(-600),
      validFrom: dayIn(-600),
      reviewDueOn: dayIn(10),
    };
    await added(renewed, welding(old));
    await added(
      renewed,
      welding({
        ...old,
        issuedOn: dayIn(-1),
        validFrom: dayIn(-1),
        validUntil: dayIn(900),
        reviewDueOn: null,
      }),
    );
    const soon = await send<QualificationList>(
      'office',
      'GET',
      '/qualifications?ends=30&category=height',
    );
    expect(soon.body.items.map((one) => [one.person.id, one.endsWithin])).toEqual([
      [person.id, 30],
    ]);
    const expired = await send<QualificationList>('office', 'GET', '/qualifications?state=expired');
    expect(expired.body.items.every(({ state }) => state === 'expired')).toBe(true);
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await send<QualificationList>(
        'office',
        'GET',
        `/qualifications?limit=4${cursor}`,
      );
      ids.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.next === null ? '' : `&cursor=${page.body.next}`;
    } while (cursor);
    expect(new Set(ids).size).toBe(ids.length);
    const headers = await used.api.signIn('office');
    const sheet = await used.api.get(
      '/api/v1/qualifications/export?state=expired&format=csv&lang=en',
      headers,
    );
    expect(await sheet.text()).toContain('Welding and thermal cutting');
    for (const state of ['valid', 'not-yet', 'suspended', 'revoked', 'waiting', 'refused']) {
      const some = await send<QualificationList>(
        'office',
        'GET',
        `/qualifications?state=${state}&limit=200`,
      );
      expect(
        some.body.items.every((one) => one.state === state),
        state,
      ).toBe(true);
    }
  });

  it('takes the days of the certificate, those of the law where they are left out, and invents none', async () => {
    const person = await hired();
    expect(await added(person)).toMatchObject({
      validUntil: '2031-01-09',
      reviewDueOn: '2028-01-09',
    });
    const later = welding({ issuedOn: '2026-06-10', validFrom: '2026-06-10' });
    const refused = await add(person, later);
    expect([refused.status, refused.body.code, refused.body.errors]).toMatchObject([
      422,
      'qualification.fields',
      [{ field: 'validUntil' }],
    ]);
    expect(await added(person, { ...later, validUntil: '2029-06-09' })).toMatchObject({
      validUntil: '2029-06-09',
      reviewDueOn: null,
    });
    for (const [wrong, status] of [
      [{ validFrom: '2026-02-31' }, 400],
      [{ category: 'wizardry' }, 422],
      [{ level: 3 }, 422],
      [{ result: 'fit' }, 422],
      [{ issuedOn: null }, 422],
      [{ validUntil: '2024-01-01' }, 422],
    ] as const) {
      expect((await add(person, welding(wrong))).status, JSON.stringify(wrong)).toBe(status);
    }
    const skill = { type: 'skill', category: 'assembly', validFrom: '2026-01-01' };
    expect((await add(person, skill)).body.errors).toMatchObject([{ field: 'level' }]);
    expect(await added(person, { ...skill, level: 3 })).toMatchObject({
      state: 'valid',
      lastDay: null,
    });
  });

  it('is corrected at the version that was looked at, and keeps the history', async () => {
    const one = await added(await hired());
    const path = `/qualifications/${one.id}`;
    const [a, b] = await Promise.all([
      send('office', 'PATCH', path, { version: 1, issuer: 'First' }),
      used.other.send<QualificationAnswer>('office', 'PATCH', path, {
        version: 1,
        issuer: 'Second',
      }),
    ]);
    expect([a.status, b.status].sort()).toEqual([200, 409]);
    const lost = a.status === 409 ? a : b;
    expect(lost.body.current).toMatchObject({ version: 2 });
    const history = await send<{ items: { action: string }[] }>('office', 'GET', `${path}/history`);
    expect(history.body.items.map(({ action }) => action)).toEqual(['update', 'create']);
  });

  it('suspends, resumes and revokes with a reason, and tells the person', async () => {
    const one = await added(sender);
    const suspended = await step(one, 'suspend');
    expect(suspended.body).toMatchObject({ state: 'suspended', suspendReason: 'as reported' });
    expect((await step(one, 'suspend')).status).toBe(409);
    expect((await step(suspended.body, 'suspend')).body.code).toBe('qualification.not-now');
    const before = await factsOf(sender.id);
    expect(before.find(({ id }) => id === one.id)?.suspensions).toMatchObject([{ until: null }]);
    const resumed = await step(suspended.body, 'resume');
    expect(resumed.body.state).toBe('valid');
    const revoked = await step(resumed.body, 'revoke');
    expect(revoked.body).toMatchObject({
      state: 'revoked',
      revokeReason: 'as reported',
      mayManage: false,
    });
    expect((await step(revoked.body, 'resume')).body.code).toBe('qualification.not-now');
    const notices = await send<{ items: { kind: string; title: { en: string } }[] }>(
      'sender',
      'GET',
      '/notices',
    );
    const told = notices.body.items.filter(({ kind }) => kind === 'qualification.lost');
    expect(told.map(({ title }) => title.en)).toContain('Welding and thermal cutting: revoked');
    expect((await auditOf(one.id)).map(({ action }) => action)).toEqual([
      'create',
      'qualification-suspend',
      'qualification-resume',
      'qualification-revoke',
    ]);
  });

  it('is seen and changed within reach only', async () => {
    const other = await hired({ departmentId: 'warehouse' });
    const far = await added(other);
    const near = await added(await hired());
    expect((await send('press-head', 'GET', `/qualifications/${near.id}`)).status).toBe(200);
    for (const [method, path, body] of [
      ['GET', `/qualifications/${far.id}`, undefined],
      ['GET', `/qualifications/${far.id}/history`, undefined],
      ['PATCH', `/qualifications/${far.id}`, { version: 1, issuer: 'x' }],
      ['POST', `/qualifications/${far.id}/suspend`, { version: 1, reason: 'not mine' }],
      ['GET', `/persons/${other.id}/qualifications`, undefined],
      ['POST', `/persons/${other.id}/qualifications`, welding()],
    ] as const) {
      expect((await send('press-head', method, path, body)).status, `${method} ${path}`).toBe(404);
    }
    const list = await send<QualificationList>('press-head', 'GET', '/qualifications?limit=200');
    expect(list.body.items.some(({ id }) => id === far.id)).toBe(false);
    expect((await step(near, 'suspend', 'checker')).status).toBe(403);
  });
});

describe('posts and gaps', () => {
  it('the matrix counts who meets what a post asks for, who lacks it, and what ends soon', async () => {
    const { body } = await send<Matrix>('office', 'GET', '/qualifications/matrix?within=60');
    const cellOf = (post: string, type: string, category: string | null) =>
      body.posts
        .find(({ name }) => name === post)
        ?.cells.find((one) => one.type === type && one.category === category);
    expect(cellOf('维修工', 'special-work', 'welding')).toMatchObject({
      met: 1,
      ending: 0,
      lacking: 0,
    });
    expect(cellOf('维修工', 'special-work', 'electric-low')).toMatchObject({ met: 1, ending: 1 });
    expect(cellOf('装配工', 'special-work', 'welding')).toMatchObject({ met: 0, lacking: 1 });
    expect(cellOf('装配工', 'fitness', null)).toMatchObject({ lacking: 1 });
    const near = await send<Matrix>('office', 'GET', '/qualifications/matrix?within=30');
    const ends = near.body.posts.find(({ name }) => name === '维修工')?.cells;
    expect(ends?.map(({ ending }) => ending)).toEqual([0, 0, 0, 0, 0]);
    const post = body.posts.find(({ name }) => name === '装配工');
    const gaps = await send<{ people: { cells: { code: string }[] }[] }>(
      'office',
      'GET',
      `/posts/${post?.id}/qualifications`,
    );
    expect(gaps.body.people[0]?.cells.map(({ code }) => code)).toEqual([
      'expired',
      'met',
      'met',
      'missing',
    ]);
    const reach = await send<Matrix>('press-head', 'GET', '/qualifications/matrix');
    expect(reach.body.posts.filter(({ holders }) => holders > 0).map(({ name }) => name)).toEqual([
      '冲压工',
      '车间主任',
    ]);
  });

  it('the facts of a person at an earlier instant are those of then', async () => {
    const person = await hired();
    const before = new Date();
    const one = await added(person);
    const need = { type: 'special-work', category: 'welding', level: null } as const;
    const metAt = async (instant: Date) =>
      meets(need, await factsOf(person.id, instant), instant, ZONE).code;
    expect([await metAt(before), await metAt(new Date())]).toEqual(['missing', 'met']);
    const during = new Date();
    await step(one, 'revoke');
    expect([await metAt(during), await metAt(new Date())]).toEqual(['met', 'revoked']);
    const [fact] = await factsOf(person.id);
    expect(JSON.parse(JSON.stringify(fact))).toEqual(fact);
  });
});
