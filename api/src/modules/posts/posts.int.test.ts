import { beforeAll, describe, expect, it } from 'vitest';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Person } from '../people/schema.ts';
import { seedDemoPosts } from './demo.ts';
import type { PostView } from './schema.ts';

const used = useApi({ processes: 2 });
const send = <Body = PostView>(user: string, method: string, path: string, body?: object) =>
  used.api.send<Body>(user, method, path, body);
interface List {
  items: PostView[];
  next: string | null;
}
interface Holders {
  items: { person: { id: string; name: string }; since: string | null; until: string | null }[];
  others: number;
}
let count = 0;
/** A post that no other test has. */
const newPost = (more: object = {}) => ({
  code: `T-${++count}`,
  name: `Post ${count}`,
  kind: 'operator',
  departmentId: 'press-shop',
  ...more,
});
const made = async (more: object = {}): Promise<PostView> => {
  const { status, body } = await send('post-keeper', 'POST', '/posts', newPost(more));
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
};
const hired = async (more: object): Promise<Person> => {
  const body = { employeeNo: `P${++count}`, name: `Person ${count}`, departmentId: 'press-shop' };
  const answer = await send<Person>('hr', 'POST', '/persons', { ...body, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const holdersOf = async ({ id }: { id: string }, user = 'hr') =>
  (await send<Holders>(user, 'GET', `/posts/${id}/holders`)).body;
const changed = (post: PostView, given: object, user = 'post-keeper') =>
  send<PostView & { code: string; current?: PostView }>(user, 'PATCH', `/posts/${post.id}`, {
    version: post.version,
    ...given,
  });

beforeAll(async () => {
  await makeUser(used.database, 'hr', ['person:read@all', 'person:manage@all', 'post:read@all']);
  await makeUser(used.database, 'post-keeper', ['post:read@all', 'post:manage@all']);
  await makeUser(used.database, 'press-head', ['person:read@department', 'post:read@all'], {
    employeeNo: 'E005',
  });
});

describe('posts', () => {
  it('of the demonstration match its machines and areas, and its people hold them', async () => {
    const { body } = await send<List>('hr', 'GET', '/posts?limit=200');
    const welder = body.items.find(({ name }) => name === '维修工')!;
    expect(welder).toMatchObject({ code: 'SB-01', holders: 1, short: false });
    for (const { areaNames, machineNames, skillNames, specialWorkNames } of body.items) {
      // A name that is the id again would be one that is not in the register.
      for (const one of [...areaNames, ...machineNames, ...skillNames, ...specialWorkNames]) {
        expect(one.name.en, one.id).not.toBe(one.id);
      }
    }
    const short = await send<List>('hr', 'GET', '/posts?short=true');
    expect(short.body.items.map(({ name }) => name)).toEqual(['冲压工']);
    const [holder] = (await holdersOf(welder)).items;
    expect(holder).toMatchObject({ person: { name: '吴维修' }, until: null });
    expect(holder?.since).toContain('2024-03-01');
  });

  it('are listed by code, filtered, and exported', async () => {
    await made({ departmentId: 'warehouse', kind: 'logistics' });
    const all: string[] = [];
    let cursor = '';
    do {
      const { body } = await send<List>('hr', 'GET', `/posts?limit=3${cursor}`);
      all.push(...body.items.map(({ code }) => code));
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(12);
    const some = await send<List>('hr', 'GET', '/posts?department=warehouse&kind=logistics');
    expect(some.body.items).toHaveLength(2);
    const found = await send<List>('hr', 'GET', `/posts?q=${encodeURIComponent('冲压')}`);
    expect(found.body.items.map(({ code }) => code)).toEqual(['ZP-01']);
    const headers = await used.api.signIn('hr');
    const sheet = await used.api.get('/api/v1/posts/export?q=ZP-01&format=csv&lang=en', headers);
    const [, line] = (await sheet.text()).trim().split('\r\n');
    expect(line).toContain('Operating presses ≥ 2; Lock-out and tag-out ≥ 1');
  });

  it('[PER-02] have unique codes and names, known words, and a history of each change', async () => {
    const post = await made({ skills: [{ skill: 'assembly', level: 2 }] });
    const { code, name } = post;
    const again = await send<{ code: string; post: string }>('post-keeper', 'POST', '/posts', {
      ...newPost(),
      code,
    });
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'post.code-taken', post: post.id },
    ]);
    const twin = newPost({ name: name.toUpperCase() });
    expect((await send<{ code: string }>('post-keeper', 'POST', '/posts', twin)).body.code).toBe(
      'post.name-taken',
    );
    // Another department may have the same name.
    await made({ name, departmentId: 'assembly' });
    for (const [field, value] of [
      ['kind', 'wizard'],
      ['areas', ['nowhere']],
      ['machines', ['press-9']],
      ['departmentId', 'nowhere'],
      ['skills', [{ skill: 'magic', level: 1 }]],
      ['specialWork', ['magic']],
      ['specialEquipment', ['magic']],
    ] as const) {
      const refused = await send<{ errors: object[] }>('post-keeper', 'POST', '/posts', {
        ...newPost(),
        [field]: value,
      });
      expect([refused.status, refused.body.errors], field).toMatchObject([422, [{ field }]]);
    }
    for (const wrong of [{ minCrew: -1 }, { skills: [{ skill: 'assembly', level: 9 }] }]) {
      expect((await changed(post, wrong)).status).toBe(400);
    }
    const [a, b] = await Promise.all([
      changed(post, { minCrew: 3 }),
      used.other.send<PostView>('post-keeper', 'PATCH', `/posts/${post.id}`, {
        version: post.version,
        minCrew: 4,
      }),
    ]);
    expect([a.status, b.status].sort()).toEqual([200, 409]);
    const lost = (a.status === 409 ? a : b).body as { current?: PostView };
    expect(lost.current?.minCrew).toBe(a.status === 409 ? 4 : 3);
    const history = await send<{ items: { action: string; by: string }[] }>(
      'hr',
      'GET',
      `/posts/${post.id}/history`,
    );
    expect(history.body.items.map(({ action, by }) => [action, by])).toEqual([
      ['update', 'post-keeper'],
      ['create', 'post-keeper'],
    ]);
  });

  it('are made once by two processes at once', async () => {
    await used.other.signIn('post-keeper');
    for (let n = 0; n < 5; n++) {
      const post = newPost();
      const answers = await Promise.all(
        [used.api, used.other, used.api].map((at) =>
          at.send('post-keeper', 'POST', '/posts', post),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    }
  });

  it('are changed by those who manage them only', async () => {
    const post = await made();
    expect((await changed(post, { minCrew: 2 }, 'hr')).status).toBe(403);
    expect((await send('press-head', 'POST', '/posts', newPost())).status).toBe(403);
    expect((await send('worker.press', 'GET', '/posts')).status).toBe(403);
  });
});

describe('[PER-02] the post of a person', () => {
  it('is chosen from the register, and its holders are known over time', async () => {
    const post = await made();
    const next = await made();
    const person = await hired({ postId: post.id });
    expect(person).toMatchObject({ post: post.name, postId: post.id });
    const path = `/persons/${person.id}`;
    const moved = await send<Person>('hr', 'POST', `${path}/transfer`, {
      departmentId: 'press-shop',
      postId: next.id,
    });
    expect(moved.body).toMatchObject({ post: next.name, postId: next.id });
    expect((await holdersOf(post)).items).toMatchObject([{ until: expect.any(String) }]);
    expect((await holdersOf(next)).items).toMatchObject([
      { person: { id: person.id }, since: expect.any(String), until: null },
    ]);
    await send('hr', 'POST', `${path}/leave`, { on: '2026-11-30' });
    expect((await holdersOf(next)).items).toMatchObject([{ until: expect.any(String) }]);
    const back = { departmentId: 'press-shop', postId: post.id, on: '2027-01-04' };
    expect((await send<Person>('hr', 'POST', `${path}/return`, back)).body.postId).toBe(post.id);
    const overview = await send<{ posts: { name: string; until: string | null }[] }>(
      'hr',
      'GET',
      `${path}/overview`,
    );
    expect(overview.body.posts.map(({ name, until }) => [name, until !== null])).toEqual([
      [post.name, false],
      [next.name, true],
      [post.name, true],
    ]);
    const none = await send<Person>('hr', 'POST', `${path}/transfer`, {
      departmentId: 'press-shop',
      postId: null,
    });
    expect(none.body).toMatchObject({ post: null, postId: null });
    const silent = await send('hr', 'POST', `${path}/transfer`, { departmentId: 'press-shop' });
    expect(silent.status).toBe(400);
    const out = await changed(next, { active: false });
    expect(out.status).toBe(200);
    const refused = await send<{ code: string }>('hr', 'POST', `${path}/transfer`, {
      departmentId: 'press-shop',
      postId: next.id,
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'person.post-unknown']);
  });

  it('is found by its code or name, in the department first; other words are kept', async () => {
    const here = await made({ name: '研磨工', departmentId: 'press-shop' });
    const there = await made({ name: '研磨工', departmentId: 'assembly' });
    expect((await hired({ post: '研磨工' })).postId).toBe(here.id);
    expect((await hired({ post: '研磨工', departmentId: 'assembly' })).postId).toBe(there.id);
    // A department without such a post: the name is ambiguous, so no post is set.
    expect(await hired({ post: '研磨工', departmentId: 'warehouse' })).toMatchObject({
      post: '研磨工',
      postId: null,
    });
    expect((await hired({ post: there.code })).post).toBe('研磨工');
    expect(await hired({ post: '100%_' })).toMatchObject({ post: '100%_', postId: null });
  });

  it('written as words becomes a post when the post is entered', async () => {
    const person = await hired({ post: '电焊学徒' });
    await hired({ post: '电焊学徒', departmentId: 'assembly' });
    const before = await send<{ items: object[] }>('post-keeper', 'GET', '/posts/unknown-words');
    expect(before.body.items).toContainEqual({ words: '电焊学徒', people: 2 });
    const post = await made({ name: '电焊学徒' });
    expect(post.holders).toBe(1);
    const now = await send<Person>('hr', 'GET', `/persons/${person.id}`);
    expect(now.body).toMatchObject({ postId: post.id, post: '电焊学徒' });
    // Since when is not known, and not invented.
    expect((await holdersOf(post)).items).toMatchObject([{ since: null, until: null }]);
    const after = await send<{ items: object[] }>('post-keeper', 'GET', '/posts/unknown-words');
    expect(after.body.items).toContainEqual({ words: '电焊学徒', people: 1 });
  });

  it('keeps the rights of its people when it gets another name, and a move ends them', async () => {
    const post = await made();
    const person = await hired({ postId: post.id });
    await makeUser(used.database, `lead${count}`, [], { employeeNo: person.employeeNo });
    const username = `lead${count}`;
    const rolesOf = () =>
      used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const user = await tx.appUser.findFirstOrThrow({ where: { username } });
        return (await tx.userRole.findMany({ where: { userId: user.id } })).map(
          (one) => one.roleId,
        );
      });
    const before = await rolesOf();
    expect(before).toHaveLength(1);
    await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.role.updateMany({ where: { id: before[0]! }, data: { keepOnTransfer: false } }),
    );
    const renamed = await changed(post, { name: `${post.name} II` });
    expect((await send<Person>('hr', 'GET', `/persons/${person.id}`)).body).toMatchObject({
      post: renamed.body.name,
      postId: post.id,
    });
    expect(await rolesOf()).toEqual(before);
    expect((await holdersOf(post)).items).toHaveLength(1);
    const held = await changed(renamed.body, { active: false });
    expect([held.status, held.body.code]).toEqual([409, 'post.held']);
    const to = { departmentId: 'press-shop', postId: (await made()).id };
    await send('hr', 'POST', `/persons/${person.id}/transfer`, to);
    expect(await rolesOf()).toEqual([]);
  });

  it('shows holders within reach, and how many others there are', async () => {
    const post = await made({ departmentId: null });
    await hired({ postId: post.id });
    await hired({ postId: post.id, departmentId: 'warehouse' });
    expect((await holdersOf(post)).items).toHaveLength(2);
    const seen = await holdersOf(post, 'press-head');
    expect([seen.items.length, seen.others]).toEqual([1, 1]);
    expect((await send('post-keeper', 'GET', `/posts/${post.id}/holders`)).status).toBe(403);
  });
});

it('posts that were made of words of files get what the demonstration asks for, others stay', async () => {
  const asOwn = { tenant: 'demo', user: null };
  const find = (name: string) =>
    used.database.transaction(asOwn, (tx) => tx.post.findFirstOrThrow({ where: { name } }));
  const { id } = await find('环保专员');
  await used.database.transaction(asOwn, (tx) =>
    tx.post.updateMany({
      where: { id },
      data: { kind: 'other', version: 1, skills: [], code: 'P001' },
    }),
  );
  await seedDemoPosts(used.database, 'demo');
  expect(await find('环保专员')).toMatchObject({ id, code: 'HB-01', kind: 'office' });
});
