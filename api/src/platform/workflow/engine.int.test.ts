import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordersOf, problemOf } from '../../testing/orders.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { openWorld, type World } from '../../testing/workflow-world.ts';
import type { WorkflowCase } from './engine-types.ts';

let site: Site;
let world: World;
let orders: ReturnType<typeof ordersOf>;

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.freshDatabase(['demo', 'other']);
  world = await openWorld(appUrl);
  orders = ordersOf(world);
});
afterAll(async () => {
  await world?.close();
  await site?.stop();
});

describe('a case', () => {
  it('runs from start to end, with its whole history', async () => {
    const begun = await orders.start();
    expect(begun).toMatchObject({
      definition: { id: 'work-order', version: 1 },
      state: 'requested',
      version: 1,
      assignees: [world.id('head')],
      parts: { requester: [world.id('ann')], starter: [world.id('ann')] },
      department: 'press-shop',
      closedAt: null,
    });
    // Wednesday 10:00 in Shanghai: two working days later ends at the end of work on Friday.
    expect(begun.dueAt).toEqual(new Date('2026-11-27T09:00:00Z'));

    const handed = await orders.handOut(begun);
    expect(handed).toMatchObject({ state: 'repairing', version: 2, assignees: [world.id('bob')] });
    expect(handed.dueAt).toEqual(new Date('2026-11-26T02:00:00Z'));

    const photo = await world.file(begun.subject.id);
    const done = await orders.fire('bob', handed, 'report-done', {
      fields: { hours: 2.5 },
      files: [photo],
    });
    expect(done).toMatchObject({ state: 'checking', assignees: [world.id('ann')] });
    // Eight working hours from 10:00: six today, two tomorrow.
    expect(done.dueAt).toEqual(new Date('2026-11-26T02:00:00Z'));

    const back = await orders.fire('ann', done, 'send-back');
    expect(back).toMatchObject({ state: 'repairing', assignees: [world.id('bob')] });
    const again = await world.file(begun.subject.id);
    const repaired = await orders.fire('bob', back, 'report-done', {
      fields: { hours: 1 },
      files: [again],
    });
    const closed = await orders.fire('ann', repaired, 'check');
    expect(closed).toMatchObject({ state: 'done', version: 6, assignees: [], dueAt: null });
    expect(closed.closedAt).not.toBeNull();

    const history = await world.as('ann', (unit) => world.workflows.history(unit, begun.id));
    expect(
      history.map(({ version, transition, from, to, by }) => [
        version,
        transition,
        from,
        to,
        by?.displayName.en,
      ]),
    ).toEqual([
      [1, null, null, 'requested', 'ann'],
      [2, 'hand-out', 'requested', 'repairing', 'head'],
      [3, 'report-done', 'repairing', 'checking', 'bob'],
      [4, 'send-back', 'checking', 'repairing', 'ann'],
      [5, 'report-done', 'repairing', 'checking', 'bob'],
      [6, 'check', 'checking', 'done', 'ann'],
    ]);
    expect(history[2]).toMatchObject({ fields: { hours: 2.5 }, files: [photo] });

    const { audit, events } = await world.query(async (tx) => ({
      audit: await tx.auditLog.findMany({
        where: { entityId: begun.subject.id },
        orderBy: { seq: 'asc' },
      }),
      events: await tx.outboxEvent.findMany({
        where: { subject: begun.subject.id },
        orderBy: { seq: 'asc' },
      }),
    }));
    expect(audit.map(({ action, userName }) => [action, userName])).toEqual([
      ['workflow-start', 'ann'],
      ['workflow-step', 'head'],
      ['workflow-step', 'bob'],
      ['workflow-step', 'ann'],
      ['workflow-step', 'bob'],
      ['workflow-step', 'ann'],
    ]);
    expect(events.map(({ type }) => type)).toEqual([
      'cn.anshi.work-order.hand-out.v1',
      'cn.anshi.work-order.report-done.v1',
      'cn.anshi.work-order.send-back.v1',
      'cn.anshi.work-order.report-done.v1',
      'cn.anshi.work-order.check.v1',
    ]);
    expect(events[0]?.data).toMatchObject({
      from: 'requested',
      to: 'repairing',
      by: world.id('head'),
    });
  });

  it('notifies the assignees and the state’s recipients, but not the actor', async () => {
    const before = {
      bob: await world.told('bob'),
      ann: await world.told('ann'),
      head: await world.told('head'),
    };
    await orders.handOut(await orders.start());
    const since = async (name: 'bob' | 'ann' | 'head') =>
      (await world.told(name)).slice(before[name].length);
    expect(await since('head')).toEqual(['workflow.assigned: Requested: Change the clutch']);
    expect(await since('bob')).toEqual(['workflow.assigned: Being repaired: Change the clutch']);
    expect(await since('ann')).toEqual(['workflow.entered: Being repaired: Change the clutch']);
  });

  it('cannot be started twice for one record while it is open', async () => {
    const begun = await orders.start();
    const twice = await problemOf(orders.start('ann', 'press-shop', begun.subject.id));
    expect(twice.code).toBe('workflow.already-open');
    const at = await world.as('ann', (unit) => world.workflows.find(unit, begun.subject));
    expect(at?.id).toBe(begun.id);
  });

  it('is not visible to another tenant', async () => {
    const begun = await orders.start();
    const caller = { tenant: 'other', account: null, address: null, requestId: null };
    await world.units.run(caller, async (unit) => {
      expect(await world.workflows.find(unit, begun.subject)).toBeNull();
      expect(await world.workflows.history(unit, begun.id)).toEqual([]);
    });
    const request = {
      case: begun.id,
      transition: 'hand-out',
      version: 1,
      fields: {},
      files: [],
      note: null,
    };
    const foreign = world.units.run(caller, (unit) => world.workflows.fire(unit, request));
    expect((await problemOf(foreign)).code).toBe('workflow.case-unknown');
  });

  it('keeps a manually set time limit, and its department', async () => {
    const dueAt = new Date('2026-12-24T09:00:00Z');
    const begun = await orders.start();
    const handed = await orders.fire('head', begun, 'hand-out', {
      fields: { mechanic: world.id('dee') },
      dueAt,
      department: 'assembly',
    });
    expect(handed).toMatchObject({ dueAt, department: 'assembly', site: 'main' });
  });
});

describe('concurrent steps', () => {
  it('never overwrite each other: one succeeds, the other gets the current case', async () => {
    for (let round = 0; round < 5; round++) {
      const begun = await orders.start();
      const results = await Promise.allSettled([
        orders.handOut(begun),
        orders.handOut(begun, 'cai'),
        orders.fire('head', begun, 'refuse', { fields: { reason: 'not needed' } }),
      ]);
      const won = results.filter((one) => one.status === 'fulfilled');
      expect(won).toHaveLength(1);
      const now = (won[0] as PromiseFulfilledResult<WorkflowCase>).value;
      for (const one of results) {
        if (one.status === 'fulfilled') continue;
        expect(one.reason).toMatchObject({
          code: 'workflow.version-conflict',
          status: 409,
          extra: { current: { id: begun.id, state: now.state, version: 2 } },
        });
      }
      const history = await world.as('ann', (unit) => world.workflows.history(unit, begun.id));
      expect(history.map(({ version }) => version)).toEqual([1, 2]);
    }
  });
});

describe('assignment', () => {
  it('can be changed by an account with reach, as a step of the history', async () => {
    const handed = await orders.handOut(await orders.start());
    const give = (name: string, to: string[], version = handed.version) =>
      world.as(name, (unit) =>
        world.workflows.reassign(unit, {
          case: handed.id,
          version,
          to: to.map(world.id),
          note: 'on leave',
          permission: 'workflow:manage',
        }),
      );
    expect((await problemOf(give('dee', ['cai']))).code).toBe('workflow.out-of-reach');
    expect((await problemOf(give('head', ['ghost']))).code).toBe('workflow.incomplete');
    const given = await give('head', ['cai']);
    expect(given).toMatchObject({
      state: 'repairing',
      assignees: [world.id('cai')],
      dueAt: handed.dueAt,
    });
    expect(given.version).toBe(handed.version + 1);
    expect((await problemOf(give('head', ['bob']))).code).toBe('workflow.version-conflict');
    const history = await world.as('head', (unit) => world.workflows.history(unit, handed.id));
    expect(history.at(-1)).toMatchObject({
      kind: 'reassigned',
      transition: null,
      note: 'on leave',
      to: 'repairing',
    });
  });

  it('goes to the parent department where no user in the department holds the role', async () => {
    const begun = await orders.start('dee', 'assembly');
    expect(begun.assignees).toEqual([]);
    await world.query(async (tx) => {
      await tx.person.updateMany({
        where: { employeeNo: 'head' },
        data: { departmentId: 'works' },
      });
    });
    const next = await orders.start('dee', 'assembly');
    expect(next.assignees).toEqual([world.id('head')]);
    await world.query(async (tx) => {
      await tx.person.updateMany({
        where: { employeeNo: 'head' },
        data: { departmentId: 'press-shop' },
      });
    });
  });
});

describe('the tables', () => {
  it('keep history and closed cases immutable', async () => {
    const begun = await orders.start();
    const refused = await orders.fire('head', begun, 'refuse', { fields: { reason: 'no' } });
    const tamper = (work: Parameters<World['query']>[0]) => world.query(work);
    await expect(
      tamper((tx) => tx.workflowStep.deleteMany({ where: { caseId: begun.id } })),
    ).rejects.toThrow();
    await expect(
      tamper((tx) =>
        tx.workflowCase.updateMany({
          where: { id: refused.id },
          data: { state: 'requested', closedAt: null },
        }),
      ),
    ).rejects.toThrow(/closed/);
    await expect(
      tamper((tx) => tx.workflowDefinition.updateMany({ data: { origin: 'tenant' } })),
    ).rejects.toThrow();
  });
});
