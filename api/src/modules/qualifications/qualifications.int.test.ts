import { beforeAll, describe, expect, it } from 'vitest';
import { drawPicture } from '../../testing/media.ts';
import { obligationActs } from '../../testing/obligations.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { uploadFile } from '../../testing/tus.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { checkCharacter } from '../people/identity.ts';
import type { Person } from '../people/schema.ts';
import { meets } from './needs.ts';
import { factsOfPeople } from './person-facts.ts';
import type { Matrix, QualificationView } from './schema.ts';

const used = useApi({ processes: 2 });
const { look, casesOf, noticesOf } = obligationActs(used);
const ZONE = 'Asia/Shanghai';
const NATIONAL_ID = `32049919900101001${checkCharacter('32049919900101001')}`;
type Answer = QualificationView & {
  code: string;
  errors: { field: string }[];
  current?: QualificationView;
};
const send = <Body = Answer>(user: string, method: string, path: string, body?: object) =>
  used.api.send<Body>(user, method, path, body);
interface List {
  items: QualificationView[];
  next: string | null;
  waiting: number;
}
let count = 0;
async function hired(more: object = {}): Promise<Person> {
  const body = { employeeNo: `Q${++count}`, name: `Person ${count}`, departmentId: 'press-shop' };
  const answer = await send<Person>('staff', 'POST', '/persons', { ...body, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const welding = (more: object = {}) => ({
  type: 'special-work',
  category: 'welding',
  number: 'JS-1',
  issuer: 'Bureau',
  issuedOn: '2025-01-10',
  validFrom: '2025-01-10',
  ...more,
});
const add = (person: { id: string }, input: object, user = 'office') =>
  send(user, 'POST', `/persons/${person.id}/qualifications`, input);
async function added(
  person: { id: string },
  input: object = welding(),
): Promise<QualificationView> {
  const { status, body } = await add(person, input);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const step = ({ id, version }: QualificationView, name: string, user = 'office') =>
  send(user, 'POST', `/qualifications/${id}/${name}`, { version, reason: 'as reported' });
const check = (
  { id, version }: QualificationView,
  decision: string,
  user = 'checker',
  reason: string | null = 'not readable',
) => send(user, 'POST', `/qualifications/${id}/check`, { version, decision, reason });
const scan = async (user: string, bytes?: Buffer, options = {}) =>
  uploadFile(used.api, await used.api.signIn(user), bytes ?? (await drawPicture(++count)), options);
/** Sent by the person of the account `sender`. */
const sent = async (more: object = {}) =>
  send(
    'sender',
    'POST',
    '/me/qualifications',
    welding({ fileIds: [await scan('sender')], ...more }),
  );
const auditOf = (id: string) =>
  used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.auditLog.findMany({ where: { entityId: id }, orderBy: { seq: 'asc' } }),
  );
const factsOf = async (person: string, instant = new Date()) =>
  (
    await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      factsOfPeople(tx, [person], instant),
    )
  ).get(person) ?? [];
let sender: Person;

beforeAll(async () => {
  const { database } = used;
  await makeUser(database, 'staff', ['person:read@all', 'person:manage@all']);
  await makeUser(database, 'office', [
    'qualification:read@all',
    'qualification:manage@all',
    'person:read@all',
  ]);
  await makeUser(database, 'checker', ['qualification:read@all', 'qualification:check@all']);
  await makeUser(database, 'doctor', [
    'qualification:read@all',
    'qualification:manage@all',
    'fitness:manage@all',
  ]);
  await makeUser(database, 'revealer', [
    'qualification:read@all',
    'fitness:reveal@all',
    'person:reveal@all',
  ]);
  await makeUser(database, 'planner', [
    'obligation:read@all',
    'qualification:read@all',
    'person:read@all',
  ]);
  sender = await hired();
  await makeUser(
    database,
    'sender',
    ['qualification:read@all', 'qualification:manage@all', 'qualification:check@all'],
    { employeeNo: sender.employeeNo },
  );
  await makeUser(
    database,
    'press-head',
    ['qualification:read@department', 'qualification:manage@department'],
    {
      employeeNo: 'E005',
    },
  );
});

describe('the register of qualifications', () => {
  it('is there on the first day: a valid certificate, an expired one, one of another category', async () => {
    const { body } = await send<List>(
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
    const soon = await send<List>('office', 'GET', '/qualifications?ends=30&category=height');
    expect(soon.body.items.map((one) => [one.person.id, one.endsWithin])).toEqual([
      [person.id, 30],
    ]);
    const expired = await send<List>('office', 'GET', '/qualifications?state=expired');
    expect(expired.body.items.every(({ state }) => state === 'expired')).toBe(true);
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await send<List>('office', 'GET', `/qualifications?limit=4${cursor}`);
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
      const some = await send<List>('office', 'GET', `/qualifications?state=${state}&limit=200`);
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
      used.other.send<Answer>('office', 'PATCH', path, { version: 1, issuer: 'Second' }),
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
    const list = await send<List>('press-head', 'GET', '/qualifications?limit=200');
    expect(list.body.items.some(({ id }) => id === far.id)).toBe(false);
    expect((await step(near, 'suspend', 'checker')).status).toBe(403);
  });
});

describe('numbers and medical checks', () => {
  it('a number that holds the identity number is sealed, masked, and revealed with a reason', async () => {
    const person = await hired({ nationalId: NATIONAL_ID });
    const one = await added(person, welding({ number: `T${NATIONAL_ID}` }));
    expect(one).toMatchObject({
      number: `T320***********${NATIONAL_ID.slice(-4)}`,
      numberSealed: true,
    });
    const rows = await used.database.transaction({ tenant: 'demo', user: null }, async (tx) => [
      await tx.qualification.findMany({ where: { id: one.id } }),
      await tx.auditLog.findMany({ where: { entityId: one.id } }),
      await tx.outboxEvent.findMany(),
    ]);
    expect(
      JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
    ).not.toContain(NATIONAL_ID);
    const path = `/qualifications/${one.id}/number`;
    expect((await send('office', 'POST', path, { reason: 'to compare' })).status).toBe(403);
    const plain = await send<{ value: string }>('revealer', 'POST', path, { reason: 'to compare' });
    expect(plain.body).toEqual({ value: `T${NATIONAL_ID}` });
    expect((await auditOf(one.id)).at(-1)).toMatchObject({
      action: 'reveal',
      reason: 'to compare',
    });
    const wrong = await add(await hired(), welding({ number: `T${NATIONAL_ID}` }));
    expect([wrong.status, wrong.body.code]).toEqual([422, 'qualification.other-person']);
  });

  it('of a medical check others see the result only; details and scans need their permission', async () => {
    const person = await hired();
    const input = {
      type: 'fitness',
      category: 'in-post',
      result: 'restricted',
      detail: 'hearing loss 40 dB',
      validFrom: dayIn(-1),
      validUntil: dayIn(364),
      fileIds: [await scan('doctor')],
    };
    expect((await add(person, input)).status).toBe(403);
    const made = await add(person, input, 'doctor');
    expect(made.body).toMatchObject({ result: 'restricted', hasDetail: true, files: [] });
    const seen = await send('office', 'GET', `/qualifications/${made.body.id}`);
    expect(seen.body).toMatchObject({ result: 'restricted', files: [], mayManage: false });
    expect(JSON.stringify(seen.body)).not.toContain('hearing');
    const file = `/files/${input.fileIds[0]}/content`;
    const opens = async (user: string) =>
      (await used.api.get(`/api/v1${file}`, await used.api.signIn(user))).status;
    expect([await opens('office'), await opens('revealer')]).toEqual([404, 200]);
    const path = `/qualifications/${made.body.id}/detail`;
    expect((await send('office', 'POST', path, { reason: 'curiosity' })).status).toBe(403);
    const plain = await send<{ value: string }>('revealer', 'POST', path, {
      reason: 'accident report',
    });
    expect(plain.body.value).toBe(input.detail);
    const lines = await auditOf(made.body.id);
    expect(lines.at(-1)).toMatchObject({ action: 'reveal', after: { field: 'detail' } });
    const text = JSON.stringify(lines, (_, value) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
    expect(text).not.toContain('hearing');
  });
});

describe('what people send of their own', () => {
  it('counts once another person accepted it, and never by their own hand', async () => {
    const { status, body } = await sent({ category: 'refrigeration' });
    expect([status, body.state, body.mayCheck]).toEqual([201, 'waiting', false]);
    expect((await factsOf(sender.id)).some(({ id }) => id === body.id)).toBe(false);
    const own = await check(body, 'accept', 'sender');
    expect([own.status, own.body.code]).toEqual([403, 'qualification.own']);
    const queue = await send<List>('checker', 'GET', '/qualifications?state=waiting');
    expect(queue.body.items.find(({ id }) => id === body.id)?.mayCheck).toBe(true);
    const [a, b] = await Promise.all([check(body, 'accept'), check(body, 'refuse', 'checker')]);
    expect([a.status, b.status].sort()).toEqual([200, 409]);
    const now = await send('sender', 'GET', `/qualifications/${body.id}`);
    expect(now.body.state).toBe(a.status === 200 ? 'valid' : 'refused');
    const notices = await send<{ items: { kind: string }[] }>('sender', 'GET', '/notices');
    expect(notices.body.items.map(({ kind }) => kind)).toContain('qualification.checked');
    // The database holds it too, whatever program asks.
    const waiting = (await sent({ category: 'refrigeration' })).body;
    await expect(
      used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const { enteredBy } = await tx.qualification.findFirstOrThrow({
          where: { id: waiting.id },
        });
        await tx.qualification.updateMany({
          where: { id: waiting.id },
          data: { status: 'counted', checkedBy: enteredBy, checkedAt: new Date() },
        });
      }),
    ).rejects.toThrow();
  });

  it('is refused with a reason that the person reads, or taken back', async () => {
    const one = (await sent()).body;
    expect((await check(one, 'refuse', 'checker', null)).status).toBe(400);
    expect((await check(one, 'refuse')).body).toMatchObject({
      state: 'refused',
      checkReason: 'not readable',
    });
    const other = (await sent()).body;
    expect((await send('checker', 'DELETE', `/me/qualifications/${other.id}`)).status).toBe(404);
    expect((await send('sender', 'DELETE', `/me/qualifications/${other.id}`)).status).toBe(204);
    expect((await check(other, 'accept')).body.code).toBe('qualification.not-now');
    const mine = await send<List>('sender', 'GET', '/me/qualifications');
    const states = mine.body.items
      .filter(({ id }) => [one.id, other.id].includes(id))
      .map(({ state }) => state);
    expect(states.sort()).toEqual(['refused', 'withdrawn']);
  });

  it('needs a scan; an account without a person and a medical check are refused', async () => {
    const bare = await send('sender', 'POST', '/me/qualifications', welding());
    expect(bare.status).toBe(400);
    const fitness = { type: 'fitness', category: 'in-post', validFrom: dayIn(0), fileIds: ['x'] };
    expect((await send('sender', 'POST', '/me/qualifications', fitness)).status).toBe(403);
    const nobody = await send('checker', 'POST', '/me/qualifications', welding({ fileIds: ['x'] }));
    expect([nobody.status, nobody.body.code]).toEqual([409, 'qualification.no-person']);
    // Entered by the office about oneself, it waits as well.
    const own = await add(sender, welding({ category: 'height' }), 'sender');
    expect(own.body).toMatchObject({ state: 'waiting', own: true });
    const counted = await added(sender, welding({ category: 'electric-high' }));
    for (const name of ['suspend', 'revoke']) {
      expect((await step(counted, name, 'sender')).body.code).toBe('qualification.own');
    }
  });

  it('takes pictures and PDF files of at most 20 MB; a script in a PDF does not run', async () => {
    const script = Buffer.from(
      '%PDF-1.7\n1 0 obj\n<</S/JavaScript/JS(app.alert(1))>>\nendobj\n%%EOF',
    );
    const pdf = { name: 'scan.pdf', type: 'application/pdf' };
    const fileId = await scan('sender', script, pdf);
    expect((await sent({ fileIds: [fileId] })).status).toBe(201);
    const { headers } = await used.api.get(
      `/api/v1/files/${fileId}/content`,
      await used.api.signIn('sender'),
    );
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    const large = Buffer.concat([script, Buffer.alloc(40_000_000)]);
    const before = (await send<List>('sender', 'GET', '/me/qualifications')).body.items.length;
    const refused = await sent({ fileIds: [await scan('sender', large, pdf)] });
    expect([refused.status, refused.body.code]).toEqual([422, 'qualification.scan']);
    expect((await send<List>('sender', 'GET', '/me/qualifications')).body.items).toHaveLength(
      before,
    );
  });
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
