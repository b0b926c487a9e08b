import { beforeAll, describe, expect, it } from 'vitest';
import { NATIONAL_ID } from '../../testing/qualifications.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { hence, visitActs } from '../../testing/visitors.ts';
import { checkCharacter } from '../people/identity.ts';
import type { VisitAnswer } from './answers.ts';

const OTHER_ID = `32049919850505003${checkCharacter('32049919850505003')}`;

const used = useApi();
const { send, announced, signed, act, inTenant, matched, makeAccounts } = visitActs(used);
beforeAll(async () => {
  await makeAccounts();
  await makeUser(used.database, 'store-head', ['visit:read@department', 'visit:announce@own'], {
    employeeNo: 'E009',
  });
  await makeUser(
    used.database,
    'store-desk',
    ['visit:read@department', 'visit:receive@department', 'visit:announce@own'],
    { employeeNo: 'E008' },
  );
});
const codeOf = ({ status, body }: { status: number; body: VisitAnswer }) => [status, body.code];
const refuse = (more: object) =>
  send('safety', 'POST', '/watch-list', { kind: 'person', reason: 'stole tools', ...more });

describe('who may see and receive', () => {
  it('is not the head of another department, nor who announces for others, nor another company', async () => {
    const visit = await announced({ visitor: { name: '别处' } });
    expect((await send('head.press', 'GET', `/visits/${visit.id}`)).status).toBe(200);
    for (const user of ['store-head', 'store-desk', 'keeper']) {
      if (user === 'keeper') continue;
      expect([user, ...codeOf(await send(user, 'GET', `/visits/${visit.id}`))]).toEqual([
        user,
        404,
        'visit.unknown',
      ]);
    }
    // The desk of another department cannot let them in, an employee cannot at all.
    expect((await act(visit.id, 'arrive', signed('别处'), 'store-desk')).status).toBe(404);
    expect((await act(visit.id, 'arrive', signed('别处'), 'worker.press')).status).toBe(403);
    const hostId = visit.host.id;
    const body = {
      visitor: { name: '冒名' },
      purpose: 'x',
      from: hence(0),
      to: hence(1),
      hostId,
    };
    expect(codeOf(await send('store-head', 'POST', '/visits', body))).toEqual([
      403,
      'visit.not-host',
    ]);
    expect(codeOf(await send('store-desk', 'POST', '/visits', body))).toEqual([
      403,
      'visit.not-host',
    ]);
    // A visitor whom another host received is not to be found, and cannot be chosen by an id.
    const known = await send<{ items: object[] }>(
      'store-head',
      'GET',
      `/visits/known?q=${encodeURIComponent('别处')}`,
    );
    expect(known.body.items).toEqual([]);
    const { visitor: _, hostId: __, ...rest } = body;
    const chosen = { ...rest, personId: visit.person.id };
    expect(codeOf(await send('store-head', 'POST', '/visits', chosen))).toEqual([
      422,
      'visit.person',
    ]);
    // Nor can an employee be announced as a visitor.
    const own = { ...rest, personId: hostId };
    expect(codeOf(await send('operator', 'POST', '/visits', own))).toEqual([422, 'visit.person']);
  });
});

describe('what happens twice', () => {
  it('is refused: one announcement, one arrival, one leaving, one wearer of a badge', async () => {
    const twice = {
      visitor: { name: 'Wang, Fang' },
      company: 'Harbour Builders Ltd',
      purpose: 'x',
      from: hence(-1),
      to: hence(2),
    };
    const both = await Promise.all([
      send('worker.press', 'POST', '/visits', twice),
      send('worker.press', 'POST', '/visits', {
        ...twice,
        visitor: { name: 'fang wang' },
        company: 'HARBOUR BUILDERS',
      }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const second = both.find(({ status }) => status === 409);
    const first = both.find(({ status }) => status === 201)?.body as VisitAnswer;
    expect(second?.body).toMatchObject({
      code: 'visit.announced-already',
      current: { id: first.id },
    });
    const another = await send('worker.press', 'POST', '/visits', { ...twice, another: true });
    expect(another.status).toBe(201);
    const other = another.body;
    // One badge for two visitors at once.
    const lent = await Promise.all([
      act(first.id, 'arrive', { ...signed(first.person.name), badge: 'visitor-04' }),
      act(other.id, 'arrive', { ...signed(other.person.name), badge: 'visitor-04' }),
    ]);
    expect(lent.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(lent.find(({ status }) => status === 409)?.body.code).toBe('badge.taken');
    const inside = lent.find(({ status }) => status === 200)?.body as VisitAnswer;
    expect(codeOf(await act(inside.id, 'arrive', signed(inside.person.name)))).toEqual([
      409,
      'visit.state',
    ]);
    const leaving = await Promise.all([
      act(inside.id, 'leave', { badgeReturned: true }),
      act(inside.id, 'leave', { badgeReturned: true }),
    ]);
    expect(leaving.map(({ status }) => status).sort()).toEqual([200, 409]);
    const open = await inTenant((tx) => tx.badge.count({ where: { badge: 'visitor-04' } }));
    expect(open).toBe(1);
    // A badge that is not of the pool is not lent, worn by a person or not.
    const outside = outsideOf(first, other, inside);
    for (const badge of ['badge-w1', 'badge-nowhere']) {
      const body = { ...signed(outside.person.name), badge };
      expect(codeOf(await act(outside.id, 'arrive', body))).toEqual([409, 'visit.badge']);
    }
  });
});
const outsideOf = (first: VisitAnswer, other: VisitAnswer, inside: VisitAnswer) =>
  inside.id === first.id ? other : first;

describe('the induction', () => {
  it('is signed by the name of the visitor, on the text in force', async () => {
    const visit = await announced({ visitor: { name: '李签名' } });
    expect(codeOf(await act(visit.id, 'arrive'))).toEqual([409, 'visit.induction-needed']);
    expect(codeOf(await act(visit.id, 'arrive', signed('李代签')))).toEqual([
      422,
      'visit.signature',
    ]);
    const text = { zh: '第二版告知：全程由接待人陪同。', en: 'Second text: stay with your host.' };
    const published = await send<{ version: number }>('safety', 'POST', '/inductions', {
      text,
      validDays: 30,
    });
    const { version } = published.body;
    expect(codeOf(await act(visit.id, 'arrive', signed('李签名')))).toEqual([
      409,
      'visit.induction-old',
    ]);
    // The signature of an attempt that was refused counts for nothing.
    expect(codeOf(await act(visit.id, 'arrive'))).toEqual([409, 'visit.induction-needed']);
    expect((await act(visit.id, 'arrive', signed('李签名', version))).status).toBe(200);
    await act(visit.id, 'leave', { badgeReturned: true });
    const { induction } = (await send('operator', 'GET', `/visits/${visit.id}`)).body;
    expect(induction).toMatchObject({ version });
    expect((await send('operator', 'POST', '/inductions', { text, validDays: 3 })).status).toBe(
      403,
    );
  });
});

describe('the watch list', () => {
  const current = async () =>
    (await send<{ items: { version: number }[] }>('operator', 'GET', '/inductions')).body.items[0]
      ?.version;

  it('finds a name with other spaces, width and order; only who manages it reads why, and decides', async () => {
    await refuse({ name: 'Zhang Wei' });
    const visit = await announced({ visitor: { name: 'ＷＥＩ  zhang' }, company: null });
    const version = await current();
    const arrive = () => act(visit.id, 'arrive', signed('Wei Zhang', version));
    expect(codeOf(await arrive())).toEqual([409, 'visit.blocked']);
    expect((await send('operator', 'GET', `/visits/${visit.id}`)).body.watch).toBe('blocked');
    expect((await send('worker.press', 'GET', `/visits/${visit.id}`)).body.watch).toBeNull();
    for (const user of ['operator', 'worker.press', 'head.press']) {
      const { status, body } = await send(user, 'GET', `/visits/${visit.id}/watch-matches`);
      expect([user, status]).toEqual([user, 403]);
      expect(JSON.stringify(body)).not.toContain('stole tools');
      expect((await send(user, 'GET', '/watch-list')).status).toBe(403);
    }
    const decision = { decision: 'admit', reason: 'another person of this name' };
    expect((await act(visit.id, 'watch-decision', decision)).status).toBe(403);
    const matches = await send<{ items: { by: string; entry: { reason: string } }[] }>(
      'safety',
      'GET',
      `/visits/${visit.id}/watch-matches`,
    );
    expect(matches.body.items).toMatchObject([{ by: 'name', entry: { reason: 'stole tools' } }]);
    const decided = await act(visit.id, 'watch-decision', decision, 'safety');
    expect(decided.body).toMatchObject({ watch: 'admitted' });
    // Nor does the host learn from the history that the list found the visitor.
    const actions = async (user: string) =>
      (
        await send<{ items: { action: string }[] }>(user, 'GET', `/visits/${visit.id}/history`)
      ).body.items.map(({ action }) => action);
    expect(await actions('operator')).toContain('decide-watch');
    expect(await actions('worker.press')).toEqual(['create']);
    expect(codeOf(await act(visit.id, 'watch-decision', decision, 'safety'))).toEqual([
      409,
      'watch-entry.nothing-open',
    ]);
    // What is entered meanwhile counts at the arrival.
    await refuse({ name: 'zhang  wei' });
    expect(codeOf(await arrive())).toEqual([409, 'visit.blocked']);
    await act(visit.id, 'watch-decision', decision, 'safety');
    expect((await arrive()).status).toBe(200);
    // The reasons are in no log.
    const lines = await inTenant((tx) =>
      tx.auditLog.findMany({ where: { entity: { in: ['watch-entry', 'visit'] } } }),
    );
    expect(JSON.stringify(lines.map(({ after }) => after))).not.toContain('stole tools');
  });

  it('finds an identity number under another name, and a company without its form; who is refused stays out', async () => {
    await refuse({ name: '真名', nationalId: NATIONAL_ID });
    const masked = await announced({
      visitor: { name: '化名', nationalId: ` ${NATIONAL_ID.toLowerCase()} ` },
    });
    const version = await current();
    expect(codeOf(await act(masked.id, 'arrive', signed('化名', version)))).toEqual([
      409,
      'visit.blocked',
    ]);
    const no = { decision: 'refuse', reason: 'it is the person' };
    // A name is admitted as that of another person; the identity number says that it is not.
    await refuse({ name: '同名', nationalId: OTHER_ID });
    const named = await announced({ visitor: { name: '同 名' } });
    const admit = { decision: 'admit', reason: 'another person of this name' };
    expect((await act(named.id, 'watch-decision', admit, 'safety')).body.watch).toBe('admitted');
    const patched = await send('matcher', 'PATCH', `/persons/${named.person.id}`, {
      version: (
        await inTenant((tx) => tx.person.findFirstOrThrow({ where: { id: named.person.id } }))
      ).version,
      nationalId: OTHER_ID,
    });
    expect(patched.status, JSON.stringify(patched.body)).toBe(200);
    expect(codeOf(await act(named.id, 'arrive', signed('同名', version)))).toEqual([
      409,
      'visit.blocked',
    ]);
    expect((await act(masked.id, 'watch-decision', no, 'safety')).body.watch).toBe('refused');
    expect(codeOf(await act(masked.id, 'arrive', signed('化名', version)))).toEqual([
      409,
      'visit.blocked',
    ]);
    const fitter = await announced({
      visitor: { name: '快修工' },
      company: '常州快修 有限责任公司',
    });
    expect(codeOf(await act(fitter.id, 'arrive', signed('快修工', version)))).toEqual([
      409,
      'visit.blocked',
    ]);
  });
});

describe('the last day', () => {
  it('ends at midnight of the plant: the next moment the matcher refuses, also while the visit is open', async () => {
    const visit = await announced({ visitor: { name: '过夜' }, to: hence(30) });
    const version = (await send<{ items: { version: number }[] }>('operator', 'GET', '/inductions'))
      .body.items[0]?.version;
    expect((await act(visit.id, 'arrive', signed('过夜', version))).status).toBe(200);
    const row = await inTenant((tx) => tx.person.findFirst({ where: { id: visit.person.id } }));
    const last = row?.validUntil?.toISOString().slice(0, 10) as string;
    const asked = async (at: string) => {
      const { body } = await send<{ items: { decision: string; reasons: { code: string }[] }[] }>(
        'matcher',
        'POST',
        '/match',
        { people: [visit.person.id], area: 'main-aisle', at },
      );
      return body.items[0];
    };
    // Shanghai is eight hours ahead of UTC.
    const midnight = Date.parse(`${last}T16:00:00Z`);
    expect(await asked(new Date(midnight - 1).toISOString())).toMatchObject({ decision: 'allow' });
    expect(await asked(new Date(midnight).toISOString())).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'not-admitted' }],
    });
    expect((await matched(visit.person.id)).decision).toBe('allow');
    await act(visit.id, 'leave', { badgeReturned: true });
    expect((await matched(visit.person.id)).decision).toBe('deny');
  });
});
