import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandView } from '../../platform/commands/schema.ts';
import { startActuator } from '../../testing/actuator.ts';
import { openSessions, type SessionWorld } from '../../testing/gate-sessions.ts';
import { cards } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { operatedBy } from './operated.ts';
import type { GatePoint } from './schema.ts';

let of: SessionWorld;
beforeAll(async () => {
  of = await openSessions();
});
afterAll(() => of?.world.stop());

describe('a session at a machine', () => {
  it('begins once the machine runs after an allowed start, ends with it, and is the history of operation', async () => {
    const operatedNow = () =>
      of.inTenant((tx) => operatedBy(tx, [of.fitter], new Date(), 'Asia/Shanghai'));
    const [before] = await operatedNow();
    await of.world.says('welder-1', 'running');
    // It runs without a start that was asked for: it has no operator.
    await of.start(cards.leader);
    await of.world.says('welder-1', 'stopped');
    expect(await of.world.sessions('welder-1')).toEqual([]);
    await of.start();
    await of.world.says('welder-1', 'running');
    await of.begins();
    const { body } = await of.world.api.send<{ items: GatePoint[] }>(
      'safety',
      'GET',
      '/gates/points',
    );
    const point = body.items.find(({ id }) => id === of.welder.id);
    expect(point?.operator).toMatchObject({ employeeNo: 'E007' });
    await of.world.says('welder-1', 'idle');
    await of.world.says('welder-1', 'running');
    await of.world.says('welder-1', 'stopped');
    await of.ends();
    const [session, ...others] = await of.world.sessions('welder-1');
    expect(others).toEqual([]);
    expect(session).toMatchObject({ personId: of.fitter, lostAt: null });
    // The next start asks again: without a sign-on no session begins.
    await of.world.says('welder-1', 'running');
    await of.world.says('welder-1', 'stopped');
    expect(await of.world.sessions('welder-1')).toHaveLength(1);
    const operated = await operatedNow();
    expect(operated).toEqual([
      {
        person: of.fitter,
        machine: 'welder-1',
        sessions: before!.sessions + 1,
        hours: expect.any(Number),
        on: expect.any(String),
      },
    ]);
    expect(operated[0]!.on > before!.on).toBe(true);
    const hours = operated[0]!.hours - before!.hours;
    expect(hours).toBeGreaterThan(0);
    expect(hours).toBeLessThan(0.1);
  });

  it('is not cut off where the right ends while it runs: those in charge and the person are told', async () => {
    await of.start();
    await of.world.says('welder-1', 'running');
    await of.begins();
    await of.step('suspend');
    const lost = await until(
      async () => (await of.open()).find(({ lostAt }) => lostAt !== null),
      'the right is lost',
    );
    expect(lost.commandId).toBeNull();
    for (const user of ['safety', 'maintainer']) {
      await until(async () => {
        const { body } = await of.world.api.send<{ items: { kind: string }[] }>(
          user,
          'GET',
          '/notices',
        );
        return body.items.some(({ kind }) => kind === 'gate.right-ended');
      }, `${user} is notified`);
    }
    // It runs on, and no new start is allowed.
    expect((await of.start()).body).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'not-qualified' }],
    });
    expect(await of.open()).toHaveLength(1);
    await of.world.says('welder-1', 'stopped');
    await of.ends();
    await of.step('resume');
  });

  it('asks the control of the machine for a controlled stop where the machine is set so', async () => {
    const control = await startActuator(of.world.site, 'welder-control', () => [
      { result: 'done', readBack: { stop: true } },
    ]);
    const made = await of.world.api.send('maintainer', 'POST', '/site-devices', {
      device: 'welder-control',
      kind: 'machine-control',
      name: { zh: '焊机控制器', en: 'Control of the welder' },
    });
    expect(made.status).toBe(201);
    const { body: before } = await of.world.api.send<GatePoint>(
      'safety',
      'GET',
      `/gates/points/${of.welder.id}`,
    );
    const changed = await of.world.api.send(
      'maintainer',
      'PATCH',
      `/gates/points/${of.welder.id}`,
      {
        version: before.version,
        stopDevice: 'welder-control',
      },
    );
    expect(changed.status).toBe(200);
    await of.start();
    await of.world.says('welder-1', 'running');
    await of.begins();
    await of.step('suspend');
    await control.hears(1);
    expect(control.heard[0]).toMatchObject({ action: 'controlled-stop', cause: 'rule' });
    const lost = (await of.open())[0]!;
    await until(async () => {
      const { body } = await of.world.api.send<CommandView>(
        'operator',
        'GET',
        `/commands/${lost.commandId}`,
      );
      return body.state === 'done';
    }, 'the command is done');
    expect(control.carriedOut).toHaveLength(1);
    await of.world.says('welder-1', 'stopped');
    await of.ends();
    await of.step('resume');
    await control.stop();
  });

  it('ends as not heard of where its machine says nothing any more, and that is no time of work', async () => {
    await of.start();
    await of.world.says('welder-1', 'running');
    await of.begins();
    const { id } = (await of.open())[0]!;
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const heardAt = (hours: number) =>
      of.inTenant((tx) =>
        tx.machineState.updateMany({ where: { machine: 'welder-1' }, data: { at: ago(hours) } }),
      );
    await of.inTenant((tx) =>
      tx.gateSession.updateMany({ where: { id }, data: { from: ago(14) } }),
    );
    await heardAt(11.9);
    await of.world.says('conveyor-1', 'stopped');
    await until(async () => (await of.open())[0]!.checkAt > new Date(), 'a pass after it');
    expect(await of.open()).toHaveLength(1);
    await heardAt(12.1);
    await of.ends();
    const ended = (await of.world.sessions('welder-1')).find((one) => one.id === id)!;
    expect(ended.endedBy).toBe('not-heard');
    expect(Math.abs(ended.until!.getTime() - ago(12.1).getTime())).toBeLessThan(60_000);
    expect(ended.until!.getTime() - ended.from.getTime()).toBeLessThan(2 * 3_600_000);
    await of.world.says('welder-1', 'stopped');
  });

  it('never begins before its sign-on, and begins once for it', async () => {
    await of.world.says('welder-1', 'running');
    // Of a process whose clock is ahead: a pass may see it before its time.
    const decidedAt = new Date(Date.now() + 1_500);
    const { id: decisionId } = await of.inTenant(async (tx) => {
      const { reasons, ...row } = await tx.gateDecision.findFirstOrThrow({
        where: { personId: of.fitter, decision: 'allow' },
      });
      const made = { ...row, id: ulid(decidedAt.getTime()), key: ulid(), decidedAt };
      const validUntil = new Date(Date.now() + 60_000);
      return tx.gateDecision.create({ data: { ...made, reasons: reasons ?? [], validUntil } });
    });
    await of.begins();
    const [session] = await of.open();
    expect(session?.decisionId).toBe(decisionId);
    expect(session!.from.getTime()).toBeGreaterThanOrEqual(decidedAt.getTime());
    await of.world.says('welder-1', 'stopped');
    await of.ends();
    const count = (await of.world.sessions('welder-1')).length;
    await of.world.says('welder-1', 'running');
    // A later sign-on elsewhere passes through the same loop: by then the run was looked at.
    await of.world.says('welder-1', 'stopped');
    expect(await of.world.sessions('welder-1')).toHaveLength(count);
  });

  it('ends where another person is let start the running machine', async () => {
    const { id, device } = await of.world.point({ machineId: 'conveyor-1' });
    const signOn = async (card: string) => {
      const { body } = await of.world.ask(device, { machine: 'conveyor-1', card });
      expect(body.decision).toBe('allow');
      return (await of.world.decisions()).find((one) => one.id === body.id)!;
    };
    const operatedSince = (decision: { id: string }) =>
      until(
        async () =>
          (await of.open('conveyor-1')).some(({ decisionId }) => decisionId === decision.id),
        'the session is open',
      );
    const first = await signOn(cards.fitter);
    await of.world.says('conveyor-1', 'running');
    await operatedSince(first);
    const second = await signOn(cards.leader);
    await operatedSince(second);
    const [earlier, later, ...others] = await of.world.sessions('conveyor-1');
    expect(others).toEqual([]);
    expect(earlier).toMatchObject({ personId: first.personId, until: second.decidedAt });
    expect(later).toMatchObject({ personId: second.personId, until: null });
    // Hours that the machine has not reported yet do not count.
    const inHours = new Date(Date.now() + 5 * 3_600_000);
    const [operated] = await of.inTenant((tx) =>
      operatedBy(tx, [second.personId!], inHours, 'Asia/Shanghai'),
    );
    expect(operated!.hours).toBeLessThan(0.1);
    // The operator is named within reach of the person or the machine.
    const operator = async (user: string) =>
      (await of.world.api.send<GatePoint>(user, 'GET', `/gates/points/${id}`)).body.operator;
    expect(await operator('safety')).toMatchObject({ employeeNo: 'E012' });
    expect(await operator('leader')).toMatchObject({ employeeNo: 'E012' });
    expect(await operator('head.press')).toBeNull();
    await of.world.says('conveyor-1', 'stopped');
    await until(async () => (await of.open('conveyor-1')).length === 0, 'the session is over');
  });
});
