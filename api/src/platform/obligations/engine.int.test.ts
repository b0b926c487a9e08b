import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fillTimes } from '@anshi/contracts/notice-times';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openObligationWorld } from '../../testing/obligation-world.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { dayText } from '../kit/schemas.ts';
import type { Due, Owed } from './types.ts';

type World = ReturnType<typeof openObligationWorld>;
let site: Site;
let url: string;
let world: World;
let other: World;

beforeAll(async () => {
  site = await openSite();
  url = (await site.seededDatabase()).appUrl;
  world = openObligationWorld(url);
  other = openObligationWorld(url);
});
afterAll(async () => {
  await world?.close();
  await other?.close();
  await site?.stop();
});

const owed = (source: string, due: Due, more: Partial<Owed> = {}): Owed => ({
  source,
  subject: source,
  name: { zh: source, en: source },
  due,
  ...more,
});
/** Enters or changes a row as at an instant. */
async function say(at: string, source: string, due: Due, more: Partial<Owed> = {}): Promise<void> {
  world.rows.set(source, owed(source, due, more));
  await world.refresh(at, source);
}
const date = (on: string, basis = 'A', more: object = {}): Due => ({
  by: 'date',
  on,
  basis,
  ...more,
});
const casesOf = (source: string) =>
  world.run(async ({ tx }) => {
    const rows = await tx.obligationCase.findMany({
      where: { obligation: { source } },
      include: { steps: { orderBy: { at: 'asc' } } },
      orderBy: { period: 'asc' },
    });
    return rows.map((row) => ({
      id: row.id,
      dueOn: dayText(row.dueOn),
      openedAt: row.openedAt?.toISOString() ?? null,
      outcome: row.outcome,
      doneOn: dayText(row.doneOn),
      evidence: row.evidence,
      steps: row.steps.map(({ step, outcome }) => `${step} ${outcome}`).sort(),
    }));
  });
const titlesOf = (id: string) =>
  world.run(async ({ tx }) => {
    const told = await tx.notice.findMany({
      where: { subjectEntity: 'obligation', subjectId: id },
      orderBy: { id: 'asc' },
    });
    return told.map(({ title }) =>
      fillTimes((title as { en: string }).en, { instant: (at) => at, day: (day) => day }),
    );
  });

describe('the job that looks at obligations', () => {
  it('opens a case at the midnight of its place, and tells of each step once', async () => {
    await say('2027-01-01T00:00:00Z', 'one', date('2027-03-01'));
    await say('2027-01-01T00:00:00Z', 'far', date('2027-03-01'), { zone: 'America/New_York' });
    await world.look('2027-02-18T15:59:59Z');
    expect((await casesOf('one'))[0]).toMatchObject({ openedAt: null, steps: [] });
    await world.look('2027-02-18T16:00:00Z');
    const [one] = await casesOf('one');
    expect(one).toMatchObject({ openedAt: '2027-02-18T16:00:00.000Z', steps: ['upcoming told'] });
    // There it is still the day before.
    expect((await casesOf('far'))[0]?.openedAt).toBeNull();
    await world.look('2027-02-19T05:00:00Z');
    expect((await casesOf('far'))[0]?.openedAt).toBe('2027-02-19T05:00:00.000Z');
    for (const at of ['2027-02-20T00:00:00Z', '2027-03-01T01:00:00Z', '2027-03-02T01:00:00Z']) {
      await world.look(at);
      await world.look(at);
    }
    await world.look('2027-03-09T01:00:00Z');
    expect(await titlesOf(one!.id)).toEqual([
      'one 2027-03-01 upcoming',
      'one 2027-03-01 overdue',
      'one 2027-03-01 escalated',
    ]);
    expect((await casesOf('one'))[0]?.openedAt).toBe('2027-02-18T16:00:00.000Z');
  });

  it('makes up for days without a process: the last step is told, the others are noted', async () => {
    await say('2027-01-01T00:00:00Z', 'late', date('2027-02-20'));
    await world.look('2027-02-21T00:00:00Z');
    const [late] = await casesOf('late');
    expect(late?.steps).toEqual(['due quiet', 'overdue told', 'upcoming merged']);
    expect(await titlesOf(late!.id)).toEqual(['late 2027-02-20 overdue']);
  });

  it('opens every period of a fixed interval, also of the days that it was off', async () => {
    await say(
      '2027-01-01T00:00:00Z',
      'daily',
      {
        by: 'fixed',
        from: '2026-12-31',
        every: { n: 1, unit: 'days' },
      },
      { lead: { n: 0, unit: 'days' } },
    );
    await world.look('2027-01-01T00:00:00Z');
    await world.look('2027-01-10T00:00:00Z');
    await world.look('2027-01-10T00:00:00Z');
    const cases = await casesOf('daily');
    const opened = cases.filter(({ openedAt }) => openedAt !== null);
    expect(opened.map(({ dueOn }) => dueOn)).toEqual(
      Array.from({ length: 10 }, (_, n) => `2027-01-${String(n + 1).padStart(2, '0')}`),
    );
    expect(cases).toHaveLength(11);
  });

  it('loses and doubles nothing where processes work at once and one is killed in a batch', async () => {
    const sources = Array.from({ length: 160 }, (_, n) => `many-${n}`);
    for (const source of sources) world.rows.set(source, owed(source, date('2027-06-01')));
    await world.refresh('2027-04-01T00:00:00Z', ...sources);
    const now = '2027-05-30T00:00:00Z';
    const killed = fork(
      fileURLToPath(new URL('../../testing/obligation-process.ts', import.meta.url)),
      [url, now],
      { stdio: 'ignore' },
    );
    expect((await once(killed, 'message'))[0]).toBe('in a batch');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await Promise.all([world.look(now), other.look(now), world.look(now)]);
    // What the killed process held is free once the database has noticed.
    await expect
      .poll(
        async () => {
          await world.look(now);
          return (await casesOf('many-0')).length + (await openedOf(sources));
        },
        { timeout: 20_000 },
      )
      .toBe(161);
    const counts = await world.run(({ tx }) =>
      tx.notice.groupBy({
        by: ['subjectId'],
        where: {
          subjectEntity: 'obligation',
          title: { path: ['en'], string_starts_with: 'many-' },
        },
        _count: true,
      }),
    );
    expect(counts).toHaveLength(160);
    expect(counts.every(({ _count }) => _count === 1)).toBe(true);
  });
});

const openedOf = (sources: string[]) =>
  world.run(({ tx }) =>
    tx.obligationCase.count({
      where: { obligation: { source: { in: sources } }, openedAt: { not: null } },
    }),
  );

describe('a case', () => {
  it('is ended by a renewal, which opens the next period', async () => {
    await say('2027-01-01T00:00:00Z', 'renewed', date('2027-01-05'));
    await world.look('2027-01-07T00:00:00Z');
    await say('2027-01-07T01:00:00Z', 'renewed', date('2033-01-05', 'B'));
    expect(await casesOf('renewed')).toMatchObject([
      { outcome: 'done', doneOn: '2027-01-07', evidence: 'B' },
      { outcome: null, dueOn: '2033-01-05', openedAt: null },
    ]);
    await world.look('2027-02-20T00:00:00Z');
    expect(await titlesOf((await casesOf('renewed'))[0]!.id)).toEqual([
      'renewed 2027-01-05 overdue',
    ]);
  });

  it('moves with a corrected date, says so, and tells of the new day', async () => {
    await say('2027-01-01T00:00:00Z', 'moved', date('2027-01-05'));
    await world.look('2027-01-02T00:00:00Z');
    await say('2027-01-02T01:00:00Z', 'moved', date('2027-03-05'));
    const [moved] = await casesOf('moved');
    expect(moved).toMatchObject({ dueOn: '2027-03-05', outcome: null });
    await world.look('2027-02-24T00:00:00Z');
    expect(await titlesOf(moved!.id)).toEqual([
      'moved 2027-01-05 upcoming',
      'moved: Paper is due on 2027-03-05 now',
      'moved 2027-03-05 upcoming',
    ]);
    const lines = await world.run(({ tx }) =>
      tx.auditLog.findMany({ where: { entity: 'obligation', entityId: moved!.id } }),
    );
    expect(lines).toMatchObject([
      { action: 'move', before: { dueOn: '2027-01-05' }, after: { dueOn: '2027-03-05' } },
    ]);
  });

  it('does not tell again of a day that moved away and back', async () => {
    await say('2027-01-01T00:00:00Z', 'back', date('2027-01-05'));
    await world.look('2027-01-07T00:00:00Z');
    await say('2027-01-07T01:00:00Z', 'back', date('2027-05-05'));
    await say('2027-01-07T02:00:00Z', 'back', date('2027-01-05'));
    await world.look('2027-01-07T03:00:00Z');
    const [back] = await casesOf('back');
    expect((await titlesOf(back!.id)).filter((title) => title.endsWith('overdue'))).toEqual([
      'back 2027-01-05 overdue',
    ]);
    const events = await world.run(({ tx }) =>
      tx.outboxEvent.findMany({
        where: { type: 'cn.anshi.obligation.overdue.v1', subject: back!.id },
      }),
    );
    expect(events).toHaveLength(1);
  });

  it('is closed with the reason where its subject is out of use, and begins again where it is back', async () => {
    await say('2027-01-01T00:00:00Z', 'retired', date('2027-02-01'));
    world.rows.set('retired', { source: 'retired', closed: 'retired' });
    await world.refresh('2027-01-02T00:00:00Z', 'retired');
    expect((await casesOf('retired'))[0]).toMatchObject({ outcome: 'closed' });
    await world.look('2027-02-02T00:00:00Z');
    expect(await titlesOf((await casesOf('retired'))[0]!.id)).toEqual([]);
    await say('2027-02-03T00:00:00Z', 'retired', date('2027-02-01'));
    await world.look('2027-02-03T00:00:00Z');
    const cases = await casesOf('retired');
    expect(cases.map(({ outcome }) => outcome)).toEqual(['closed', null]);
    expect(await titlesOf(cases[1]!.id)).toEqual(['retired 2027-02-01 overdue']);
    world.rows.delete('retired');
    await world.refresh('2027-02-04T00:00:00Z', 'retired');
    const row = await world.run(({ tx }) =>
      tx.obligation.findFirst({ where: { source: 'retired' } }),
    );
    expect(row?.closedReason).toBe('gone');
  });

  it('has its interval from the rule of law, and waits where the law does not say it', async () => {
    const review = (issuedOn: string): Due => ({
      by: 'done',
      from: issuedOn,
      every: { rule: 'special-work-review-interval', issuedOn },
    });
    await say('2027-01-01T00:00:00Z', 'old-terms', review('2026-05-31'));
    await say('2027-01-01T00:00:00Z', 'new-terms', review('2026-06-01'));
    expect((await casesOf('old-terms'))[0]?.dueOn).toBe('2029-05-31');
    expect((await casesOf('new-terms'))[0]?.dueOn).toBeNull();
    const row = await world.run(({ tx }) =>
      tx.obligation.findFirst({ where: { source: 'old-terms' } }),
    );
    expect(row).toMatchObject({ rule: 'special-work-review-interval', intervalText: '3 years' });
  });

  it('of a meter is open before its day is known, and due once it is reached', async () => {
    const meter = (reading: number, readOn: string): Due => ({
      by: 'meter',
      every: 500,
      lead: 50,
      base: 0,
      reading,
      readOn,
    });
    await say('2027-01-01T00:00:00Z', 'press', meter(460, '2027-01-01'));
    await world.look('2027-01-01T00:00:00Z');
    expect((await casesOf('press'))[0]).toMatchObject({ dueOn: null, steps: ['upcoming told'] });
    await say('2027-01-09T00:00:00Z', 'press', meter(505, '2027-01-09'));
    await world.look('2027-01-10T01:00:00Z');
    expect((await casesOf('press'))[0]).toMatchObject({ dueOn: '2027-01-09' });
    expect(await titlesOf((await casesOf('press'))[0]!.id)).toContain('press 2027-01-09 overdue');
  });

  it('is found by the comparison of all rows, which changes nothing the second time', async () => {
    world.rows.set('unseen', owed('unseen', date('2027-08-01')));
    await world.obligations.reconcile('demo', new Date('2027-01-01T00:00:00Z'));
    expect(await casesOf('unseen')).toMatchObject([{ dueOn: '2027-08-01' }]);
    const versions = () =>
      world.run(({ tx }) =>
        tx.obligationCase.findMany({ select: { id: true, version: true }, orderBy: { id: 'asc' } }),
      );
    const before = await versions();
    await world.obligations.reconcile('demo', new Date('2027-01-01T00:00:00Z'));
    expect(await versions()).toEqual(before);
  });
});
