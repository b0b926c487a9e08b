import { beforeAll, describe, expect, it } from 'vitest';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createRules } from '../../platform/rules/service.ts';
import { matchActs } from '../../testing/match.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { permitsOfPeople } from '../permits/in-areas.ts';
import { createPersonFacts } from '../qualifications/person-facts.ts';
import { createMatcher, replay } from './decisions.ts';
import type { MatchAnswer, PersonPlaces } from './schema.ts';

const used = useApi();
const {
  send,
  hired,
  welding,
  added,
  step,
  makeAccounts,
  ask,
  codes,
  at,
  run,
  replayed,
  fit,
  current,
  welder,
  require,
} = matchActs(used);
beforeAll(async () => {
  await makeAccounts();
});

describe('who may work at a machine', () => {
  it('[PER-03] is ranked with reasons: the fitter may weld, an expired certificate and another category do not', async () => {
    const { body } = await ask({ machine: 'welder-1' });
    const of = (name: string) => body.items.find(({ person }) => person.name === name);
    expect(body.items[0]).toMatchObject({
      person: { name: '吴维修' },
      decision: 'allow',
      reasons: [],
    });
    expect(of('卫装配')).toMatchObject({ decision: 'deny', final: true });
    expect(of('卫装配')?.reasons[0]).toMatchObject({
      code: 'certificate-over',
      about: { name: { en: 'Welding and thermal cutting' } },
      cure: { en: 'Renew it before the work.' },
    });
    expect(of('蒋班长')?.reasons[0]?.code).toBe('certificate-other-category');
    const order = ['allow', 'hold', 'deny'];
    const ranks = body.items.map(({ decision }) => order.indexOf(decision));
    expect(ranks).toEqual([...ranks].sort());
    expect(body.counts.allow + body.counts.hold + body.counts.deny).toBe(body.items.length);
    const { validUntil } = of('吴维修')!;
    expect(Date.parse(validUntil!)).toBeGreaterThan(Date.now());
  });

  it('[PER-03] depends on the certificate, the medical check and admission, and a kept decision replays equal', async () => {
    const person = await welder();
    const first = await at(person);
    expect(first).toMatchObject({ decision: 'allow', final: false, codes: [] });
    const file = await send<{ items: never[] }>(
      'office',
      'GET',
      `/persons/${person.id}/qualifications`,
    );
    const held = file.body.items as unknown as Awaited<ReturnType<typeof added>>[];
    const certificate = held.find(({ type }) => type === 'special-work')!;
    const paused = (await step(certificate, 'suspend')).body;
    const second = await at(person);
    expect(second.codes).toEqual(['certificate-suspended']);
    expect(second).toMatchObject({ decision: 'deny', final: true });
    expect(second.publicReasons.map(({ code }) => code)).toEqual(['not-qualified']);
    await step(paused, 'resume');
    expect((await at(person)).codes).toEqual([]);
    await send('doctor', 'POST', `/persons/${person.id}/qualifications`, {
      ...fit,
      validFrom: dayIn(-1),
      result: 'unfit',
    });
    const third = await at(person);
    expect(third.codes).toEqual(['not-fit']);
    // A machine says nothing of health.
    expect(JSON.stringify(third.publicReasons)).not.toMatch(/fit|health|体检/);
    await send('staff', 'POST', `/persons/${person.id}/leave`, { on: dayIn(0) });
    const gone = await at(person);
    expect(gone.codes[0]).toBe('not-admitted');
    for (const [kept, decision] of [
      [first, 'allow'],
      [second, 'deny'],
      [third, 'deny'],
    ] as const) {
      const again = await replayed(kept.decisionId);
      expect(again).toMatchObject({ decision, replay: { equal: true, decision } });
      expect(again.rules.map(({ rule }) => rule)).toContain('special-work-validity');
    }
  });

  it('[PER-03] asks for what was set: skill, permit, age and post; a stale version and unknown words are refused', async () => {
    const person = await hired({ nationalId: null });
    const skill = { skill: 'cnc-operation', level: 2 };
    expect((await require('lathe-1', { skills: [skill] })).status).toBe(200);
    const lathe = { machine: 'lathe-1' };
    expect((await at(person, lathe)).codes).toEqual(['skill-missing']);
    const own = { type: 'skill', category: 'cnc-operation', validFrom: dayIn(-3) };
    await added(person, { ...own, level: 1 });
    expect((await at(person, lathe)).codes).toEqual(['skill-level-low']);
    await added(person, { ...own, level: 2 });
    expect((await at(person, lathe)).codes).toEqual([]);
    await require('lathe-1', { permit: 'hot-work', leastAge: 18, postHeld: true });
    expect((await at(person, lathe)).codes).toEqual([
      'age-unknown',
      'other-post',
      'permit-missing',
    ]);
    await require('lathe-1', { leastAge: 40 });
    const places = await send<{ items: { person: { name: string } }[] }>(
      'safety',
      'POST',
      '/match',
      lathe,
    );
    const named = (places.body as unknown as MatchAnswer).items;
    const age = (name: string) => named.find((one) => one.person.name === name)!.reasons[0]?.code;
    expect([age('赵冲压'), age('孙小梅')]).toEqual([undefined, 'age-below']);
    // What is kept names no day of birth where the age is not the reason, and replays equal.
    const personOf = (name: string) => named.find((one) => one.person.name === name)!.person;
    const keptOf = async (name: string) => {
      const { decisionId } = await at(personOf(name), lathe);
      expect((await replayed(decisionId)).replay.equal).toBe(true);
      const { facts } = await run((tx) =>
        tx.matchDecision.findFirstOrThrow({ where: { id: decisionId! } }),
      );
      return facts as { bornOn: string };
    };
    expect((await keptOf('赵冲压')).bornOn).toBe('1900-01-01');
    expect((await keptOf('孙小梅')).bornOn).not.toBe('1900-01-01');
    expect((await require('lathe-1', { version: 1 })).body.code).toBe('match.version-conflict');
    const wrong = { certificates: [{ kind: 'special-work', category: 'wizardry' }] };
    expect((await require('lathe-1', wrong)).body.code).toBe('match.word-unknown');
    expect((await require('lathe-1', { version: 0 })).status).toBe(409);
    expect((await ask({ machine: 'lathe-1', area: 'press-line' })).body.code).toBe('match.target');
    expect((await ask({ machine: 'nowhere' })).status).toBe(404);
  });

  it('is what the own post there asks where nothing was set, and another post takes nothing from it', async () => {
    await send('admin', 'PUT', '/equipment/welder-2', {
      name: { zh: '焊机 2 号', en: 'Welder 2' },
      kind: 'welder',
      areaId: 'assembly-area',
    });
    const posts = await send<{
      items: { id: string; version: number; name: string; machines: string[] }[];
    }>('safety.head', 'GET', '/posts?limit=200');
    for (const name of ['维修工', '装配工']) {
      const post = posts.body.items.find((one) => one.name === name)!;
      const machines = [...post.machines, 'welder-2'];
      const body = { version: post.version, machines };
      expect((await send('safety.head', 'PATCH', `/posts/${post.id}`, body)).status).toBe(200);
    }
    const idOf = (name: string) => posts.body.items.find((one) => one.name === name)!.id;
    const person = await welder({ postId: idOf('装配工') });
    const codesOf = async (one: Awaited<ReturnType<typeof welder>>) =>
      (await at(one, { machine: 'welder-2' })).codes;
    // The fitter's second certificate is none that the assembler needs.
    const own = await codesOf(person);
    expect(own).not.toContain('certificate-missing');
    expect(await codesOf(await welder())).toEqual(['no-post-here']);
    expect(await codesOf(await hired({ postId: idOf('装配工') }))).toEqual(
      expect.arrayContaining(['certificate-missing', 'fitness-missing']),
    );
    // Another post at the machine takes nothing from what the first one asks.
    const cleaner = { code: 'QJ-1', name: '保洁', kind: 'other', machines: ['welder-2'] };
    expect((await send('safety.head', 'POST', '/posts', cleaner)).status).toBe(201);
    expect(await codesOf(person)).toEqual(own);
    expect(await codesOf(await welder())).toEqual(['no-post-here']);
    const post = posts.body.items.find(({ name }) => name === '维修工')!;
    expect((await at(person, { post: post.id })).codes).toEqual([
      'certificate-other-category',
      'skill-missing',
      'skill-missing',
    ]);
  });
});

describe('people of other kinds', () => {
  it('[PER-03] are admitted to the end of their last day at the plant, and refused from the next moment', async () => {
    const person = await welder({
      kind: 'contractor',
      company: 'Harbour Builders Ltd',
      validUntil: '2027-03-31',
    });
    // The plant is in Shanghai: its midnight is 16:00 UTC.
    const before = await ask({
      people: [person.id],
      machine: 'welder-1',
      at: '2027-03-31T15:59:59.999Z',
    });
    expect(before.body.items[0]).toMatchObject({
      decision: 'allow',
      validUntil: '2027-03-31T16:00:00.000Z',
    });
    const after = await ask({
      people: [person.id],
      machine: 'welder-1',
      at: '2027-03-31T16:00:00.000Z',
    });
    expect(after.body.items[0]?.decision).toBe('deny');
    expect(codes(after.body)[0]).toContain('not-admitted');
    expect((await replayed(after.body.items[0]!.decisionId)).replay.equal).toBe(true);
    const row = await run((tx) => tx.matchDecision.findFirst({ where: { personId: person.id } }));
    expect(row?.facts).toMatchObject({ kind: 'contractor' });
  });
});

describe('people who left', () => {
  it('are refused from the entry on, also for an instant that is past when the file is changed', async () => {
    const person = await welder();
    await send('staff', 'POST', `/persons/${person.id}/leave`, { on: dayIn(1), ends: 'now' });
    const at = new Date().toISOString();
    const asked = { people: [person.id], machine: 'welder-1', at };
    expect(codes((await ask(asked)).body)[0]).toEqual(['not-admitted']);
    const file = await send<{ version: number }>('staff', 'GET', `/persons/${person.id}`);
    const renamed = { version: file.body.version, name: 'Renamed after leaving' };
    const { status, body } = await send('staff', 'PATCH', `/persons/${person.id}`, renamed);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(codes((await ask(asked)).body)[0]).toEqual(['not-admitted']);
    const before = new Date(Date.parse(at) - 60 * 60_000).toISOString();
    const { body: then } = await ask({ ...asked, at: before });
    expect(codes(then)[0]).not.toContain('not-admitted');
  });
});

describe('who may ask', () => {
  it('sees people within reach, and details only of those whose qualifications they may see', async () => {
    const far = await welder({ departmentId: 'warehouse' });
    await makeUser(used.database, 'lead', ['match:read@department'], { employeeNo: 'E012' });
    const mine = await ask({ machine: 'welder-1' }, 'lead');
    expect(new Set(mine.body.items.map(({ department }) => department.id))).toEqual(
      new Set(['assembly']),
    );
    const other = mine.body.items.find(({ person }) => person.name === '卫装配')!;
    expect(other.reasons).toMatchObject([{ code: 'not-qualified', cure: null, record: null }]);
    // Of themself all of it.
    const self = mine.body.items.find(({ person }) => person.name === '蒋班长')!;
    expect(self.reasons[0]?.code).toBe('certificate-other-category');
    expect((await ask({ machine: 'welder-1', people: [far.id] }, 'lead')).status).toBe(404);
    expect((await send('lead', 'GET', `/match/persons/${far.id}`)).status).toBe(404);
    const kept = await at(far);
    expect((await send('lead', 'GET', `/match/decisions/${kept.decisionId}`)).status).toBe(404);
    expect((await ask({ machine: 'welder-1' }, 'staff')).status).toBe(403);
    const places = await send<PersonPlaces>('safety', 'GET', `/match/persons/${far.id}`);
    const welderOf = places.body.items.find(({ id }) => id === 'welder-1');
    expect(welderOf).toMatchObject({ target: 'machine', decision: 'allow' });
  });
});

describe('the list of candidates', () => {
  it('counts and orders by what the reader sees: no medical check and no certificate look the same', async () => {
    const called = { name: 'Tool fitter' };
    const denied = [await hired(called), await hired(called)];
    // With a certificate and no medical check: on hold for those who see the file.
    const unchecked = [await hired(called), await hired(called)];
    for (const one of unchecked) await added(one, current);
    await makeUser(used.database, 'caller', ['match:read@all']);
    const asked = { machine: 'welder-1', q: called.name };
    const { body: full } = await ask(asked);
    expect(full.counts).toEqual({ allow: 0, hold: 2, deny: 2 });
    expect(full.items.slice(0, 2).map(({ decision }) => decision)).toEqual(['hold', 'hold']);

    const { body: seen } = await ask(asked, 'caller');
    expect(seen.counts).toEqual({ allow: 0, hold: 0, deny: 4 });
    const answers = seen.items.map(({ decision, final, reasons }) => ({
      decision,
      final,
      reasons,
    }));
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    // All look the same, so that nothing but the id orders them.
    const ids = [...denied, ...unchecked].map(({ id }) => id).sort();
    expect(seen.items.map(({ person }) => person.id)).toEqual(ids);
  });
});

describe('the service', () => {
  const rulesOf = () =>
    createRules({
      units: createUnits({ database: used.database, onError: () => {} }),
      timeZone: 'Asia/Shanghai',
    });
  const matcher = () =>
    createMatcher({
      rules: rulesOf(),
      sources: {
        qualifications: createPersonFacts('Asia/Shanghai'),
        permits: { inAreas: async () => [], ofPeople: permitsOfPeople },
        peopleBirths: { bornOn: async () => new Map() },
      },
    });

  it('decides by the rules in force, and a decision of before a change of them still replays equal', async () => {
    const person = await hired();
    // Issued under order 19, whose interval is not known: the printed day counts.
    const printed = { validUntil: dayIn(900), reviewDueOn: null };
    await added(person, welding({ issuedOn: dayIn(-100), validFrom: dayIn(-100), ...printed }));
    await send('doctor', 'POST', `/persons/${person.id}/qualifications`, { ...fit, result: 'fit' });
    const later = new Date(Date.now() + 280 * 24 * 3_600_000);
    const decide = () =>
      run(async (tx) => {
        const one = matcher();
        const job = await one.jobOfMachine(tx, 'welder-1');
        return one.decideFor(tx, { person: person.id, job }, later);
      });
    const before = await decide();
    expect([before.decision, before.reasons, before.publicReasons]).toEqual(['allow', [], []]);
    const override = await send('safety.head', 'POST', '/rules/special-work-validity/overrides', {
      amount: 1,
      reason: 'shorter here',
    });
    expect(override.status, JSON.stringify(override.body)).toBe(201);
    const after = await decide();
    expect(after.reasons.map(({ code }) => code)).toEqual(['certificate-over']);
    const rows = await run((tx) =>
      tx.matchDecision.findMany({
        where: { id: { in: [before.id, after.id] } },
        include: { book: true },
        orderBy: { askedAt: 'asc' },
      }),
    );
    expect(new Set(rows.map(({ bookDigest }) => bookDigest)).size).toBe(2);
    expect(rows.map((row) => replay(row).equal)).toEqual([true, true]);
    expect(rows[1]?.rules).not.toEqual(rows[0]?.rules);
    // What was kept holds results, and nothing of the doctor's.
    expect(JSON.stringify(rows[0]?.facts)).not.toContain('detail');
  });

  it('knows nobody of another company', async () => {
    const person = await welder();
    const job = await run((tx) => matcher().jobOfMachine(tx, 'welder-1'));
    await expect(
      run((tx) => matcher().decideFor(tx, { person: person.id, job }, new Date()), 'nobody'),
    ).rejects.toMatchObject({ code: 'person.unknown' });
  });
});
