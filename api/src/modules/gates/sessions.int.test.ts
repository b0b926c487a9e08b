import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandView } from '../../platform/commands/schema.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { startActuator } from '../../testing/actuator.ts';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { QualificationView } from '../qualifications/schema.ts';
import { operatedBy } from './operated.ts';
import type { GatePoint } from './schema.ts';

let world: GateWorld;
let welder: { id: string; device: TestDevice };
let fitter: string;
beforeAll(async () => {
  world = await openGates();
  await makeUser(world.database, 'office', ['qualification:read@all', 'qualification:manage@all']);
  welder = await world.welder();
  const row = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.person.findFirstOrThrow({ where: { employeeNo: 'E007' } }),
  );
  fitter = row.id;
});
afterAll(() => world?.stop());

const send: GateWorld['api']['send'] = (...given) => world.api.send(...given);
const start = (card: string = cards.fitter) =>
  world.ask(welder.device, { machine: 'welder-1', card });
const open = async (machine = 'welder-1') =>
  (await world.sessions(machine)).filter(({ until: end }) => end === null);
const begins = (count = 1) =>
  until(async () => (await open()).length === count, 'a session is open');
const ends = () => until(async () => (await open()).length === 0, 'no session is open');
const inTenant: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T> = (work) =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
async function certificate(): Promise<QualificationView> {
  const { body } = await send<{ items: QualificationView[] }>(
    'office',
    'GET',
    `/persons/${fitter}/qualifications`,
  );
  return body.items.find(
    ({ type, category }) => type === 'special-work' && category === 'welding',
  )!;
}
async function step(name: 'suspend' | 'resume') {
  const { id, version } = await certificate();
  const body = { version, reason: 'as reported' };
  const { status } = await send('office', 'POST', `/qualifications/${id}/${name}`, body);
  expect(status).toBeLessThan(300);
}

describe('a session at a machine', () => {
  it('begins once the machine runs after an allowed start, ends with it, and is the history of operation', async () => {
    const operatedNow = () =>
      inTenant((tx) => operatedBy(tx, [fitter], new Date(), 'Asia/Shanghai'));
    const [before] = await operatedNow();
    await world.says('welder-1', 'running');
    // It runs without a start that was asked for: it has no operator.
    await start(cards.leader);
    await world.says('welder-1', 'stopped');
    expect(await world.sessions('welder-1')).toEqual([]);
    await start();
    await world.says('welder-1', 'running');
    await begins();
    const { body } = await send<{ items: GatePoint[] }>('safety', 'GET', '/gates/points');
    const point = body.items.find(({ id }) => id === welder.id);
    expect(point?.operator).toMatchObject({ employeeNo: 'E007' });
    await world.says('welder-1', 'idle');
    await world.says('welder-1', 'running');
    await world.says('welder-1', 'stopped');
    await ends();
    const [session, ...others] = await world.sessions('welder-1');
    expect(others).toEqual([]);
    expect(session).toMatchObject({ personId: fitter, lostAt: null });
    // The next start asks again: without a sign-on no session begins.
    await world.says('welder-1', 'running');
    await world.says('welder-1', 'stopped');
    expect(await world.sessions('welder-1')).toHaveLength(1);
    const operated = await operatedNow();
    expect(operated).toEqual([
      {
        person: fitter,
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
    await start();
    await world.says('welder-1', 'running');
    await begins();
    await step('suspend');
    const lost = await until(
      async () => (await open()).find(({ lostAt }) => lostAt !== null),
      'the right is lost',
    );
    expect(lost.commandId).toBeNull();
    for (const user of ['safety', 'maintainer']) {
      await until(async () => {
        const { body } = await send<{ items: { kind: string }[] }>(user, 'GET', '/notices');
        return body.items.some(({ kind }) => kind === 'gate.right-ended');
      }, `${user} is notified`);
    }
    // It runs on, and no new start is allowed.
    expect((await start()).body).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'not-qualified' }],
    });
    expect(await open()).toHaveLength(1);
    await world.says('welder-1', 'stopped');
    await ends();
    await step('resume');
  });

  it('asks the control of the machine for a controlled stop where the machine is set so', async () => {
    const control = await startActuator(world.site, 'welder-control', () => [
      { result: 'done', readBack: { stop: true } },
    ]);
    const made = await send('maintainer', 'POST', '/site-devices', {
      device: 'welder-control',
      kind: 'machine-control',
      name: { zh: '焊机控制器', en: 'Control of the welder' },
    });
    expect(made.status).toBe(201);
    const { body: before } = await send<GatePoint>('safety', 'GET', `/gates/points/${welder.id}`);
    const changed = await send('maintainer', 'PATCH', `/gates/points/${welder.id}`, {
      version: before.version,
      stopDevice: 'welder-control',
    });
    expect(changed.status).toBe(200);
    await start();
    await world.says('welder-1', 'running');
    await begins();
    await step('suspend');
    await control.hears(1);
    expect(control.heard[0]).toMatchObject({ action: 'controlled-stop', cause: 'rule' });
    const lost = (await open())[0]!;
    await until(async () => {
      const { body } = await send<CommandView>('operator', 'GET', `/commands/${lost.commandId}`);
      return body.state === 'done';
    }, 'the command is done');
    expect(control.carriedOut).toHaveLength(1);
    await world.says('welder-1', 'stopped');
    await ends();
    await step('resume');
    await control.stop();
  });

  it('is looked at again when it begins: what ended since the sign-on is seen', async () => {
    expect((await start()).body.decision).toBe('allow');
    const { id } = await certificate();
    // Without an event, which might be heard only after the begin.
    const mark = (status: string) =>
      inTenant((tx) => tx.qualification.updateMany({ where: { id }, data: { status } }));
    await mark('withdrawn');
    await world.says('welder-1', 'running');
    await until(
      async () => (await open()).some(({ lostAt }) => lostAt !== null),
      'the right is lost',
    );
    await world.says('welder-1', 'stopped');
    await ends();
    await mark('counted');
  });

  it('[PER-11] is looked at again after each fact that the matcher rests on', async () => {
    await start();
    await world.says('welder-1', 'running');
    await begins();
    const { id } = (await open())[0]!;
    const far = new Date(Date.now() + 30 * 3_600_000);
    const postpone = () =>
      inTenant((tx) => tx.gateSession.updateMany({ where: { id }, data: { checkAt: far } }));
    const isDone = async () => (await open())[0]!.checkAt.getTime() !== far.getTime();
    await until(async () => (await open())[0]!.checkAt > new Date(), 'the look at the begin');
    for (const [entity, data] of [
      ['safety-entry', { entry: ulid() }],
      ['area', { id: 'weld-shop' }],
      ['visit', { visit: ulid(), person: fitter }],
      ['equipment', { id: 'welder-1' }],
    ] as const) {
      await postpone();
      const subject = 'id' in data ? data.id : ulid();
      const type = `cn.anshi.${entity}.changed.v1`;
      await inTenant((tx) =>
        tx.outboxEvent.create({
          data: { tenantId: 'demo', id: ulid(), type, entity, subject, data },
        }),
      );
      await until(isDone, `a change of the kind ${entity}`);
    }
    // A change of the machine finds what ended without an event.
    await postpone();
    const mark = (status: string) =>
      inTenant((tx) =>
        tx.qualification.updateMany({
          where: { personId: fitter, category: 'welding', type: 'special-work' },
          data: { status },
        }),
      );
    await mark('withdrawn');
    type Machine = { name: object; kind: string; area: { id: string } | null };
    const { body } = await send<Machine>('admin', 'GET', '/equipment/welder-1');
    const { name, kind, area } = body;
    const changed = { name, kind, areaId: area?.id ?? null };
    expect((await send('admin', 'PUT', '/equipment/welder-1', changed)).status).toBe(200);
    await until(
      async () => (await open()).some(({ lostAt }) => lostAt !== null),
      'the right is lost',
    );
    await world.says('welder-1', 'stopped');
    await ends();
    await mark('counted');
  });

  it('ends as not heard of where its machine says nothing any more, and that is no time of work', async () => {
    await start();
    await world.says('welder-1', 'running');
    await begins();
    const { id } = (await open())[0]!;
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const heardAt = (hours: number) =>
      inTenant((tx) =>
        tx.machineState.updateMany({ where: { machine: 'welder-1' }, data: { at: ago(hours) } }),
      );
    await inTenant((tx) => tx.gateSession.updateMany({ where: { id }, data: { from: ago(14) } }));
    await heardAt(11.9);
    await world.says('conveyor-1', 'stopped');
    await until(async () => (await open())[0]!.checkAt > new Date(), 'a pass after it');
    expect(await open()).toHaveLength(1);
    await heardAt(12.1);
    await ends();
    const ended = (await world.sessions('welder-1')).find((one) => one.id === id)!;
    expect(ended.endedBy).toBe('not-heard');
    expect(Math.abs(ended.until!.getTime() - ago(12.1).getTime())).toBeLessThan(60_000);
    expect(ended.until!.getTime() - ended.from.getTime()).toBeLessThan(2 * 3_600_000);
    await world.says('welder-1', 'stopped');
  });

  it('never begins before its sign-on, and begins once for it', async () => {
    await world.says('welder-1', 'running');
    // Of a process whose clock is ahead: a pass may see it before its time.
    const decidedAt = new Date(Date.now() + 1_500);
    const { id: decisionId } = await inTenant(async (tx) => {
      const { reasons, ...row } = await tx.gateDecision.findFirstOrThrow({
        where: { personId: fitter, decision: 'allow' },
      });
      const made = { ...row, id: ulid(decidedAt.getTime()), key: ulid(), decidedAt };
      const validUntil = new Date(Date.now() + 60_000);
      return tx.gateDecision.create({ data: { ...made, reasons: reasons ?? [], validUntil } });
    });
    await begins();
    const [session] = await open();
    expect(session?.decisionId).toBe(decisionId);
    expect(session!.from.getTime()).toBeGreaterThanOrEqual(decidedAt.getTime());
    await world.says('welder-1', 'stopped');
    await ends();
    const count = (await world.sessions('welder-1')).length;
    await world.says('welder-1', 'running');
    // A later sign-on elsewhere passes through the same loop: by then the run was looked at.
    await world.says('welder-1', 'stopped');
    expect(await world.sessions('welder-1')).toHaveLength(count);
  });

  it('ends where another person is let start the running machine', async () => {
    const { id, device } = await world.point({ machineId: 'conveyor-1' });
    const signOn = async (card: string) => {
      const { body } = await world.ask(device, { machine: 'conveyor-1', card });
      expect(body.decision).toBe('allow');
      return (await world.decisions()).find((one) => one.id === body.id)!;
    };
    const operatedSince = (decision: { id: string }) =>
      until(
        async () => (await open('conveyor-1')).some(({ decisionId }) => decisionId === decision.id),
        'the session is open',
      );
    const first = await signOn(cards.fitter);
    await world.says('conveyor-1', 'running');
    await operatedSince(first);
    const second = await signOn(cards.leader);
    await operatedSince(second);
    const [earlier, later, ...others] = await world.sessions('conveyor-1');
    expect(others).toEqual([]);
    expect(earlier).toMatchObject({ personId: first.personId, until: second.decidedAt });
    expect(later).toMatchObject({ personId: second.personId, until: null });
    // Hours that the machine has not reported yet do not count.
    const inHours = new Date(Date.now() + 5 * 3_600_000);
    const [operated] = await inTenant((tx) =>
      operatedBy(tx, [second.personId!], inHours, 'Asia/Shanghai'),
    );
    expect(operated!.hours).toBeLessThan(0.1);
    // The operator is named within reach of the person or the machine.
    const operator = async (user: string) =>
      (await send<GatePoint>(user, 'GET', `/gates/points/${id}`)).body.operator;
    expect(await operator('safety')).toMatchObject({ employeeNo: 'E012' });
    expect(await operator('leader')).toMatchObject({ employeeNo: 'E012' });
    expect(await operator('head.press')).toBeNull();
    await world.says('conveyor-1', 'stopped');
    await until(async () => (await open('conveyor-1')).length === 0, 'the session is over');
  });

  it('is checked again for its own person alone, keeps what changed, and no failure stops the others', async () => {
    await start();
    await world.says('welder-1', 'running');
    await begins();
    const session = (await open())[0]!;
    const checkAtOf = async (id: string) =>
      (await inTenant((tx) => tx.gateSession.findFirstOrThrow({ where: { id } }))).checkAt;
    const settled = () =>
      until(async () => (await checkAtOf(session.id)) > new Date(), 'the session is checked');
    await settled();
    // Of the machine as it runs now: jobs of the board are matched for the hour at which they begin.
    const kept = () =>
      inTenant((tx) =>
        tx.matchDecision.count({
          where: { personId: fitter, jobId: 'machine:welder-1', at: { lte: new Date() } },
        }),
      );
    const before = await kept();
    // Of a person who is not on file: each look at it fails.
    const far = new Date(Date.now() + 3_600_000);
    const broken = await inTenant(async (tx) => {
      const { id, lostAt: _lost, commandId: _command, ...row } = session;
      const made = { ...row, id: ulid(), decisionId: ulid(), personId: ulid(), machine: 'press-2' };
      await tx.gateSession.create({ data: { ...made, checkAt: far } });
      return made.id;
    });
    const due = (id: string, checkAt: Date) =>
      inTenant((tx) => tx.gateSession.updateMany({ where: { id }, data: { checkAt } }));
    await due(broken, new Date(0));
    await due(session.id, new Date(1));
    await settled();
    expect((await checkAtOf(broken)).getTime()).toBeGreaterThan(Date.now());
    expect(await kept()).toBe(before);
    // A fact of the fitter concerns the fitter alone.
    await due(broken, far);
    await due(session.id, far);
    await step('suspend');
    await until(
      async () => (await open()).some(({ lostAt }) => lostAt !== null),
      'the right is lost',
    );
    expect(await checkAtOf(broken)).toEqual(far);
    // One of the session, and one of the violation by who still runs the machine, sooner or later.
    expect([before + 1, before + 2]).toContain(await kept());
    await step('resume');
    await world.says('welder-1', 'stopped');
    await ends();
  });
});
