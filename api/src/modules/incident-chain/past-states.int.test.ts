import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayIn } from '../../platform/obligations/schedule.ts';
import { type ChainWorld, openChainWorld } from '../../testing/incident-chain.ts';
import {
  certificates,
  examWas,
  fenceEventWas,
  mergedInto,
  minutesFrom,
  permitWas,
} from '../../testing/incident-chain-rows.ts';

let world: ChainWorld;
let chainOf: ChainWorld['chainOf'];
let inTenant: ChainWorld['inTenant'];
let incident: string;
let person: string;
/** When the incident began. */
let begin: Date;

beforeAll(async () => {
  world = await openChainWorld();
  ({ chainOf, inTenant, incident, person } = world);
  begin = new Date((await chainOf('officer')).body.startedAt);
});
afterAll(() => world?.stop());

describe('the chain of an incident, of registers that changed since', () => {
  it('takes for in force what was so when the incident began, whatever became of it since', async () => {
    const at = minutesFrom(begin);
    const ids = await inTenant(async (tx) => ({
      held: [
        await permitWas(tx, at, [
          ['active', -60],
          ['suspended', -40],
          ['active', -30],
        ]),
        await permitWas(tx, at, [
          ['active', -60],
          ['suspended', 5],
          ['active', 6],
        ]),
        await permitWas(
          tx,
          at,
          [
            ['active', -60],
            ['closed', 10],
          ],
          at(10),
        ),
      ],
      notHeld: [
        await permitWas(
          tx,
          at,
          [
            ['approved', -60],
            ['expired', 60],
          ],
          at(60),
        ),
        await permitWas(
          tx,
          at,
          [
            ['active', -60],
            ['suspended', -30],
            ['closed', 10],
          ],
          at(10),
        ),
        await permitWas(tx, at, [
          ['approved', -60],
          ['active', 1],
        ]),
      ],
      open: [
        await fenceEventWas(tx, { begunAt: at(-120) }),
        await fenceEventWas(tx, { begunAt: at(-120), closedAt: at(2) }),
      ],
      over: [await fenceEventWas(tx, { begunAt: at(-120), untilAt: at(-60), closedAt: at(2) })],
    }));
    const { items } = (await chainOf('officer')).body;
    const of = (kind: string) => items.filter((one) => one.kind === kind);
    expect(of('permit').map(({ id }) => id)).toEqual(expect.arrayContaining(ids.held));
    expect(of('permit').length).toBe(ids.held.length);
    expect(of('permit').find(({ id }) => id === ids.held[2])?.until).toBe(at(10).toISOString());
    const events = of('fence-event').map(({ id }) => id);
    expect(events).toEqual(expect.arrayContaining(ids.open));
    for (const id of ids.over) expect(events).not.toContain(id);
  });

  it('shows of the person what counted by the day of the plant, and no medical check', async () => {
    const today = dayIn(begin, 'Asia/Shanghai');
    const past = dayIn(new Date(begin.getTime() - 3 * 86_400_000), 'Asia/Shanghai');
    const [before, later] = [new Date(begin.getTime() - 1), new Date(begin.getTime() + 1)];
    const { exam, shown, left } = await inTenant(async (tx) => {
      const [lapsed, , replaced, medical] = await certificates(tx, person, [
        { category: 'lapsed', validUntil: past },
        { category: 'renewed', validUntil: null },
        { category: 'renewed', validUntil: past },
        { type: 'fitness', category: 'height', result: 'unfit', validUntil: null },
      ]);
      const exam = await examWas(tx, { person, day: today, createdAt: before });
      await examWas(tx, { person, day: today, createdAt: later });
      return { exam, shown: lapsed, left: [replaced, medical] };
    });
    const { items } = (await chainOf('officer')).body;
    const had = items.filter(({ kind }) => kind === 'qualification').map(({ id }) => id);
    expect(had).toContain(shown);
    for (const id of left) expect(had).not.toContain(id);
    expect(items.filter(({ kind }) => kind === 'last-drill')).toEqual([
      expect.objectContaining({ id: exam, tone: 'ok' }),
    ]);
  });

  it('reads holds of what came into it over another incident, no voided run, and due dates that were kept', async () => {
    const ids = await inTenant(async (tx) => {
      const session = await tx.gateSession.findFirstOrThrow({ orderBy: { from: 'desc' } });
      const voided = { id: ulid(), decisionId: world.refused, from: begin, until: begin };
      await tx.gateSession.create({ data: { ...session, ...voided } });
      const { id: first } = await mergedInto(tx, incident);
      return { hold: (await mergedInto(tx, first)).hold, voided: voided.id };
    });
    const due = new Date(begin.getTime() - 1);
    const hazardWhere = async (rectifiedAt: Date | null) => {
      const where = { id: world.hazardBefore };
      await inTenant((tx) =>
        tx.hazard.updateMany({ where, data: { rectifyDueAt: due, rectifiedAt } }),
      );
      const { items } = (await chainOf('officer')).body;
      const hazard = items.find((one) => one.kind === 'open-hazard' && one.id === where.id);
      return { found: items.map(({ id }) => id), detail: hazard?.detail?.en };
    };
    const { found, detail } = await hazardWhere(due);
    expect(found).toContain(ids.hold);
    expect(found).not.toContain(ids.voided);
    expect(detail).not.toContain('overdue');
    expect((await hazardWhere(null)).detail).toContain('overdue');
  });
});
