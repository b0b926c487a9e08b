import { beforeAll, describe, expect, it } from 'vitest';
import { matchActs } from '../../testing/match.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { TestList } from '../practical-tests/schema.ts';

const used = useApi();
const {
  send,
  hired,
  welding,
  added,
  step,
  check,
  scan,
  makeAccounts,
  at,
  run,
  replayed,
  fit,
  welder,
  require,
  operated,
  finishedJob,
  ask,
} = matchActs(used);
beforeAll(async () => {
  await makeAccounts();
  // The posts of the demonstration weld at benches, too.
  await run((tx) => tx.post.updateMany({ data: { specialWork: [] } }));
});

describe('what a machine asks for', () => {
  it('[PER-03] asks for kinds of people, hours at the machine and exposures; hours are of machines only', async () => {
    const staff = { kinds: ['employee', 'contractor'] };
    expect((await require('robot-1', staff)).status).toBe(200);
    const robot = { machine: 'robot-1' };
    const trainee = await hired({ kind: 'trainee' });
    const [refused, employee] = [await at(trainee, robot), await hired()];
    expect([refused.codes, refused.decision]).toEqual([['kind-not-allowed'], 'deny']);
    expect(refused.reasons[0]?.about?.name.en).toBe('Trainee');
    expect((await at(employee, robot)).codes).toEqual([]);

    const set = await require('robot-1', { leastHours: 10, exposures: ['noise'] });
    expect(set.body.asks).toMatchObject({ leastHours: 10, exposures: ['noise'], fitness: true });
    const held = await at(employee, robot);
    expect([held.codes, held.decision]).toEqual([['fitness-missing', 'hours-too-few'], 'hold']);
    const path = `/persons/${employee.id}/qualifications`;
    await send('doctor', 'POST', path, { ...fit, result: 'fit' });
    await operated(employee, 'robot-1', dayIn(-40), 9);
    expect((await at(employee, robot)).codes).toEqual(['hours-too-few']);
    await operated(employee, 'robot-1', dayIn(-39), 1);
    expect((await at(employee, robot)).codes).toEqual([]);
    const ofArea = await require('press-line', { fromPosts: false, leastHours: 10 }, 'area');
    expect(ofArea.status).toBe(400);
    await require('robot-1', {});
  });

  it('[PER-03] asks for a practical test after six months off the trade, as the sessions at its machines show', async () => {
    const person = await welder();
    const asked = async () => (await at(person)).codes;
    // Without any record nothing is known of an absence.
    expect(await asked()).toEqual([]);
    await operated(person, 'welder-1', dayIn(-220), 2);
    const off = await at(person);
    expect([off.codes, off.decision, off.final]).toEqual([['retest-needed'], 'deny', true]);
    const path = `/persons/${person.id}/practical-tests`;
    const body = { category: 'welding', passedOn: dayIn(-200), source: 'Test centre' };
    expect((await send('checker', 'POST', path, body)).status).toBe(403);
    const ahead = await send('office', 'POST', path, { ...body, passedOn: dayIn(2) });
    expect(ahead.body.code).toBe('practical-test.future');
    await send('office', 'POST', path, body);
    // Six months are over since then, too.
    expect(await asked()).toEqual(['retest-needed']);
    const passed = await send<TestList>('office', 'POST', path, { ...body, passedOn: dayIn(-1) });
    expect(passed.status, JSON.stringify(passed.body)).toBe(201);
    const fitAgain = await at(person);
    expect(fitAgain.codes).toEqual([]);
    const [newest] = passed.body.items;
    const revoked = await send('office', 'POST', `/practical-tests/${newest?.id}/revoke`, {
      version: newest?.version,
      reason: 'of another person',
    });
    expect(revoked.status, JSON.stringify(revoked.body)).toBe(200);
    expect(await asked()).toEqual(['retest-needed']);
    // Work in the trade ends the absence; what was kept replays equal.
    await operated(person, 'welder-1', dayIn(-3), 2);
    expect(await asked()).toEqual([]);
    expect((await replayed(off.decisionId)).replay.equal).toBe(true);
    const lines = await run((tx) => tx.auditLog.findMany({ where: { entity: 'practical-test' } }));
    expect(lines.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['create', 'practical-test-revoke']),
    );
    const own = await hired();
    await makeUser(used.database, 'own-keeper', ['qualification:manage@all'], {
      employeeNo: own.employeeNo,
    });
    const mine = await send('own-keeper', 'POST', `/persons/${own.id}/practical-tests`, body);
    expect(mine.body.code).toBe('practical-test.own');
  });

  it('takes no absence for shown while work in the trade is not recorded whole, and hints at it', async () => {
    const person = await welder();
    await operated(person, 'welder-1', dayIn(-220), 2);
    const asked = async () => {
      const { codes, hints } = await at(person);
      return { codes, hints: hints.map(({ about }) => about.id) };
    };
    const shown = { codes: ['retest-needed'], hints: [] };
    const unknown = { codes: [], hints: ['welding'] };
    expect(await asked()).toEqual(shown);
    const trade = { certificates: [{ kind: 'special-work', category: 'welding' }] };
    // A machine without a start point, an area.
    await require('lathe-1', trade);
    expect(await asked()).toEqual(unknown);
    const hinted = await at(person);
    expect([hinted.decision, hinted.reasons]).toEqual(['allow', []]);
    expect((await replayed(hinted.decisionId)).replay.equal).toBe(true);
    await require('lathe-1', {});
    await require('press-line', { ...trade, fromPosts: false }, 'area');
    expect(await asked()).toEqual(unknown);
    await require('press-line', { fromPosts: false }, 'area');
    expect(await asked()).toEqual(shown);
    // A post that welds at a bench: its work is recorded only where each place has a start point.
    const post = await run((tx) => tx.post.findFirstOrThrow({ where: { code: 'ZZ-01' } }));
    const asks = (data: object) =>
      run((tx) => tx.post.updateMany({ where: { id: post.id }, data }));
    await asks({ specialWork: ['welding'] });
    expect(await asked()).toEqual(unknown);
    await asks({ areas: [], machines: ['welder-1'] });
    expect(await asked()).toEqual(shown);
    const { areas, machines } = post;
    await asks({ specialWork: [], areas, machines });
    // A job of the trade in an area.
    const job = await finishedJob(person, dayIn(-230), { areaId: 'press-line', work: 'welding' });
    expect(await asked()).toEqual(unknown);
    await run((tx) =>
      tx.workJob.updateMany({ where: { id: job }, data: { machineId: 'welder-1' } }),
    );
    expect(await asked()).toEqual(shown);
    // Who may not see details gets no hint.
    await require('lathe-1', trade);
    await makeUser(used.database, 'matches-only', ['match:read@all']);
    const { body } = await ask({ people: [person.id], machine: 'welder-1' }, 'matches-only');
    expect(body.items[0]?.hints).toEqual([]);
    await require('lathe-1', {});
  });

  it('takes finished jobs of the trade for days of work', async () => {
    const person = await welder();
    const other = await welder();
    for (const one of [person, other]) await operated(one, 'welder-1', dayIn(-220), 2);
    const asked = async (of = person) => (await at(of)).codes;
    expect(await asked()).toEqual(['retest-needed']);
    const place = { machineId: 'welder-1' };
    const planned = await finishedJob(person, dayIn(-3), { ...place, status: 'planned' });
    expect(await asked()).toEqual(['retest-needed']);
    await run((tx) => tx.workJob.updateMany({ where: { id: planned }, data: { status: 'done' } }));
    expect(await asked()).toEqual([]);
    expect(await asked(other)).toEqual(['retest-needed']);
    // Taken off before it began.
    const [, assignment] = [
      await finishedJob(other, dayIn(-3), { ...place, work: 'welding' }),
      await run((tx) => tx.workAssignment.findFirstOrThrow({ where: { personId: other.id } })),
    ];
    const off = (endedAt: Date) =>
      run((tx) =>
        tx.workAssignment.updateMany({ where: { id: assignment.id }, data: { endedAt } }),
      );
    await off(new Date(assignment.from.getTime() - 1));
    expect(await asked(other)).toEqual(['retest-needed']);
    await off(assignment.until);
    expect(await asked(other)).toEqual([]);
  });

  it('[PER-03] knows the review that the authority extended, and what a restricted medical check excludes', async () => {
    const person = await hired();
    await send('doctor', 'POST', `/persons/${person.id}/qualifications`, { ...fit, result: 'fit' });
    const given = { issuedOn: '2023-11-01', validFrom: '2023-11-01' };
    const certificate = await added(person, welding(given));
    expect((await at(person)).codes).toEqual(['review-overdue']);
    const change = { version: certificate.version, reviewExtendedUntil: '2029-10-31' };
    const { status, body } = await send(
      'office',
      'PATCH',
      `/qualifications/${certificate.id}`,
      change,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ state: 'valid', reviewDueOn: '2029-10-31' });
    expect((await at(person)).codes).toEqual([]);
    const back = { version: body.version, reviewExtendedUntil: null };
    const ended = await send('office', 'PATCH', `/qualifications/${certificate.id}`, back);
    expect(ended.body).toMatchObject({ state: 'expired', reviewDueOn: '2026-10-31' });

    await require('robot-1', { exposures: ['noise'] });
    const restricted = { ...fit, validFrom: dayIn(-1), result: 'restricted' };
    const path = `/persons/${person.id}/qualifications`;
    const check = await send('doctor', 'POST', path, { ...restricted, notFor: ['noise'] });
    expect(check.status, JSON.stringify(check.body)).toBe(201);
    expect((await at(person, { machine: 'robot-1' })).codes).toEqual(['not-fit']);
    await require('robot-1', { exposures: ['welding fume'] });
    expect((await at(person, { machine: 'robot-1' })).codes).toEqual([]);
    // What is excluded is for the person and the doctors.
    const seen = await send<{ items: { notFor: string[] }[] }>('office', 'GET', path);
    expect(seen.body.items.flatMap(({ notFor }) => notFor)).toEqual([]);
    const odd = await send('doctor', 'POST', path, { ...fit, result: 'fit', notFor: ['noise'] });
    expect(odd.body.code).toBe('qualification.fields');
    await require('robot-1', {});
  });

  it('[PER-03] knows each state of a certificate and of a skill', async () => {
    const own = { issuedOn: dayIn(-30), validFrom: dayIn(-30), validUntil: dayIn(300) };
    const states = [
      ['certificate-not-yet', { ...own, validFrom: dayIn(20) }],
      ['certificate-over', { ...own, validUntil: dayIn(-2) }],
      ['certificate-other-category', { ...own, category: 'height' }],
    ] as const;
    for (const [code, certificate] of states) {
      const person = await hired();
      await added(person, welding(certificate));
      expect((await at(person)).codes, code).toEqual([code, 'fitness-missing']);
    }
    const person = await hired();
    await makeUser(used.database, 'uploads', [], { employeeNo: person.employeeNo });
    const fileIds = [await scan('uploads')];
    const sent = await send('uploads', 'POST', '/me/qualifications', welding({ ...own, fileIds }));
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    expect((await at(person)).codes).toEqual(['certificate-unchecked', 'fitness-missing']);
    const accepted = (await check(sent.body, 'accept', 'checker', null)).body;
    expect((await at(person)).codes).toEqual(['fitness-missing']);
    expect((await step(accepted, 'revoke')).status).toBe(200);
    expect((await at(person)).codes).toEqual(['certificate-revoked', 'fitness-missing']);

    await require('robot-1', { skills: [{ skill: 'robot-cell', level: 1 }] });
    const skill = { type: 'skill', category: 'robot-cell', level: 1, validFrom: dayIn(-9) };
    await step(await added(person, skill), 'suspend');
    expect((await at(person, { machine: 'robot-1' })).codes).toEqual(['skill-not-valid']);
    await require('robot-1', {});
  });
});
