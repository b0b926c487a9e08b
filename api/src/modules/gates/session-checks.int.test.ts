import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSessions, type SessionWorld } from '../../testing/gate-sessions.ts';
import { until } from '../../testing/site.ts';

let of: SessionWorld;
beforeAll(async () => {
  of = await openSessions();
});
afterAll(() => of?.world.stop());

describe('the right to a session that runs', () => {
  it('is looked at again when it begins: what ended since the sign-on is seen', async () => {
    expect((await of.start()).body.decision).toBe('allow');
    // Without an event, which might be heard only after the begin.
    await of.mark('withdrawn');
    await of.world.says('welder-1', 'running');
    await of.isLost();
    await of.world.says('welder-1', 'stopped');
    await of.ends();
    await of.mark('counted');
  });

  it('[PER-11] is looked at again after each fact that the matcher rests on', async () => {
    await of.start();
    await of.world.says('welder-1', 'running');
    await of.begins();
    const { id } = (await of.open())[0]!;
    const far = new Date(Date.now() + 30 * 3_600_000);
    const postpone = () =>
      of.inTenant((tx) => tx.gateSession.updateMany({ where: { id }, data: { checkAt: far } }));
    const isDone = async () => (await of.open())[0]!.checkAt.getTime() !== far.getTime();
    await until(async () => (await of.open())[0]!.checkAt > new Date(), 'the look at the begin');
    for (const [entity, data] of [
      ['safety-entry', { entry: ulid() }],
      ['area', { id: 'weld-shop' }],
      ['visit', { visit: ulid(), person: of.fitter }],
      ['equipment', { id: 'welder-1' }],
    ] as const) {
      await postpone();
      const subject = 'id' in data ? data.id : ulid();
      const type = `cn.anshi.${entity}.changed.v1`;
      await of.inTenant((tx) =>
        tx.outboxEvent.create({
          data: { tenantId: 'demo', id: ulid(), type, entity, subject, data },
        }),
      );
      await until(isDone, `a change of the kind ${entity}`);
    }
    // A change of the machine finds what ended without an event.
    await postpone();
    await of.mark('withdrawn');
    type Machine = { name: object; kind: string; area: { id: string } | null };
    const { body } = await of.world.api.send<Machine>('admin', 'GET', '/equipment/welder-1');
    const { name, kind, area } = body;
    const changed = { name, kind, areaId: area?.id ?? null };
    expect((await of.world.api.send('admin', 'PUT', '/equipment/welder-1', changed)).status).toBe(
      200,
    );
    await of.isLost();
    await of.world.says('welder-1', 'stopped');
    await of.ends();
    await of.mark('counted');
  });

  it('is checked again for its own person alone, keeps what changed, and no failure stops the others', async () => {
    await of.start();
    await of.world.says('welder-1', 'running');
    await of.begins();
    const session = (await of.open())[0]!;
    const checkAtOf = async (id: string) =>
      (await of.inTenant((tx) => tx.gateSession.findFirstOrThrow({ where: { id } }))).checkAt;
    const settled = () =>
      until(async () => (await checkAtOf(session.id)) > new Date(), 'the session is checked');
    await settled();
    // Of the machine as it runs now: jobs of the board are matched for the hour at which they begin.
    const kept = () =>
      of.inTenant((tx) =>
        tx.matchDecision.count({
          where: { personId: of.fitter, jobId: 'machine:welder-1', at: { lte: new Date() } },
        }),
      );
    const before = await kept();
    // Of a person who is not on file: each look at it fails.
    const far = new Date(Date.now() + 3_600_000);
    const broken = await of.inTenant(async (tx) => {
      const { id, lostAt: _lost, commandId: _command, ...row } = session;
      const made = { ...row, id: ulid(), decisionId: ulid(), personId: ulid(), machine: 'press-2' };
      await tx.gateSession.create({ data: { ...made, checkAt: far } });
      return made.id;
    });
    const due = (id: string, checkAt: Date) =>
      of.inTenant((tx) => tx.gateSession.updateMany({ where: { id }, data: { checkAt } }));
    await due(broken, new Date(0));
    await due(session.id, new Date(1));
    await settled();
    expect((await checkAtOf(broken)).getTime()).toBeGreaterThan(Date.now());
    expect(await kept()).toBe(before);
    // A fact of the fitter concerns the fitter alone.
    await due(broken, far);
    await due(session.id, far);
    await of.step('suspend');
    await of.isLost();
    expect(await checkAtOf(broken)).toEqual(far);
    // One of the session, and one of the violation by who still runs the machine, sooner or later.
    expect([before + 1, before + 2]).toContain(await kept());
    await of.step('resume');
    await of.world.says('welder-1', 'stopped');
    await of.ends();
  });
});
