import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';
import { openWorld, type World } from '../../testing/workflow-world.ts';
import { Problem } from '../errors.ts';
import type { WorkflowCase } from './engine-types.ts';

let site: Site;
let world: World;

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.freshDatabase(['demo', 'other']);
  world = await openWorld(appUrl);
});
afterAll(async () => {
  await world?.close();
  await site?.stop();
});

const start = (by = 'ann', department: string | null = 'press-shop', order = ulid()) =>
  world.as(by, (unit) =>
    world.workflows.start(unit, {
      definition: 'work-order',
      subject: { entity: 'work-order', id: order },
      belonging: { site: 'main', department },
      parts: { requester: [world.id(by)] },
      title: { zh: '更换离合器', en: 'Change the clutch' },
      link: `/work-orders/${order}`,
    }),
  );

const fire = (
  by: string | null,
  found: WorkflowCase,
  transition: string,
  more: {
    fields?: Record<string, unknown>;
    files?: string[];
    dueAt?: Date;
    department?: string;
  } = {},
) =>
  world.as(by, (unit) =>
    world.workflows.fire(unit, {
      case: found.id,
      transition,
      version: found.version,
      fields: more.fields ?? {},
      files: more.files ?? [],
      note: null,
      ...(more.dueAt ? { dueAt: more.dueAt } : {}),
      ...(more.department ? { belonging: { department: more.department } } : {}),
    }),
  );

const handOut = (found: WorkflowCase, mechanic = 'bob') =>
  fire('head', found, 'hand-out', { fields: { mechanic: world.id(mechanic) } });

async function toChecking(): Promise<WorkflowCase> {
  const handed = await handOut(await start());
  const files = [await world.file(handed.subject.id)];
  return fire('bob', handed, 'report-done', { fields: { hours: 2 }, files });
}

const problemOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
};

describe('a case', () => {
  it('goes its way from the start to the end, with its whole history', async () => {
    const begun = await start();
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

    const handed = await handOut(begun);
    expect(handed).toMatchObject({ state: 'repairing', version: 2, assignees: [world.id('bob')] });
    expect(handed.dueAt).toEqual(new Date('2026-11-26T02:00:00Z'));

    const photo = await world.file(begun.subject.id);
    const done = await fire('bob', handed, 'report-done', {
      fields: { hours: 2.5 },
      files: [photo],
    });
    expect(done).toMatchObject({ state: 'checking', assignees: [world.id('ann')] });
    // Eight working hours from 10:00: six today, two tomorrow.
    expect(done.dueAt).toEqual(new Date('2026-11-26T02:00:00Z'));

    const back = await fire('ann', done, 'send-back');
    expect(back).toMatchObject({ state: 'repairing', assignees: [world.id('bob')] });
    const again = await world.file(begun.subject.id);
    const repaired = await fire('bob', back, 'report-done', {
      fields: { hours: 1 },
      files: [again],
    });
    const closed = await fire('ann', repaired, 'check');
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

  it('tells whose turn it is, and those whom the state names, but not who did it', async () => {
    const before = {
      bob: await world.told('bob'),
      ann: await world.told('ann'),
      head: await world.told('head'),
    };
    await handOut(await start());
    const since = async (name: 'bob' | 'ann' | 'head') =>
      (await world.told(name)).slice(before[name].length);
    expect(await since('head')).toEqual(['workflow.assigned: Requested: Change the clutch']);
    expect(await since('bob')).toEqual(['workflow.assigned: Being repaired: Change the clutch']);
    expect(await since('ann')).toEqual(['workflow.entered: Being repaired: Change the clutch']);
  });

  it('cannot be begun twice for one record while it is open', async () => {
    const begun = await start();
    const twice = await problemOf(start('ann', 'press-shop', begun.subject.id));
    expect(twice.code).toBe('workflow.already-open');
    const at = await world.as('ann', (unit) => world.workflows.find(unit, begun.subject));
    expect(at?.id).toBe(begun.id);
  });

  it('is not there for another company', async () => {
    const begun = await start();
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

  it('keeps a time limit that a person set, and where it was sent', async () => {
    const dueAt = new Date('2026-12-24T09:00:00Z');
    const begun = await start();
    const handed = await fire('head', begun, 'hand-out', {
      fields: { mechanic: world.id('dee') },
      dueAt,
      department: 'assembly',
    });
    expect(handed).toMatchObject({ dueAt, department: 'assembly', site: 'main' });
  });
});

describe('two at once', () => {
  it('never overwrite each other: one moves the case, the other gets it as it is now', async () => {
    for (let round = 0; round < 5; round++) {
      const begun = await start();
      const results = await Promise.allSettled([
        handOut(begun),
        handOut(begun, 'cai'),
        fire('head', begun, 'refuse', { fields: { reason: 'not needed' } }),
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

describe('guards', () => {
  it('refuse who lacks the permission, who is out of reach, and whose turn it is not', async () => {
    const begun = await start();
    const request = {
      case: begun.id,
      transition: 'hand-out',
      version: 1,
      fields: { mechanic: world.id('bob') },
      files: [],
      note: null,
    };
    const as = (account: ReturnType<World['account']>) =>
      problemOf(
        world.units.run({ tenant: 'demo', account, address: null, requestId: null }, (unit) =>
          world.workflows.fire(unit, request),
        ),
      );
    expect((await as(world.account('head', { without: ['workflow:manage'] }))).code).toBe(
      'auth.forbidden',
    );
    expect((await as(world.account('dee'))).code).toBe('workflow.out-of-reach');
    const handed = await handOut(begun);
    const done = fire('cai', handed, 'report-done', { fields: { hours: 1 } });
    expect((await problemOf(done)).code).toBe('workflow.not-yours');
  });

  it('reach what is one’s own from every department', async () => {
    const begun = await start('dee', 'press-shop');
    const mine = await world.as('dee', (unit) =>
      world.workflows.available(unit, world.account('dee', { scope: 'own' }), begun),
    );
    expect(mine.map(({ id }) => id)).toEqual(['hand-out']);
  });

  it('let nobody check what they repaired, nor by a second account', async () => {
    const checking = await toChecking();
    expect((await problemOf(fire('bob', checking, 'check'))).code).toBe('workflow.separation');
    const asked = await start('head');
    // The second account of a requester is the requester.
    const own = await start('ann');
    const refused = await problemOf(fire('ann-2', own, 'refuse', { fields: { reason: 'x' } }));
    expect(refused.code).toBe('workflow.separation');
    expect(asked.assignees).toEqual([world.id('head')]);
  });

  it('hand nobody a turn that separation of duties bars from every step', async () => {
    // Ann asks, and repairs it herself: the check goes to the head instead of her.
    const handed = await handOut(await start('ann'), 'ann');
    const files = [await world.file(handed.subject.id)];
    const checking = await fire('ann', handed, 'report-done', { fields: { hours: 1 }, files });
    expect(checking.assignees).toEqual([world.id('head')]);
  });

  it('want evidence that is attached to the record, of the kind, and new', async () => {
    const handed = await handOut(await start());
    const elsewhere = await world.file(ulid());
    const paper = await world.file(handed.subject.id, 'document');
    for (const files of [[], [elsewhere], [paper], [ulid()]]) {
      const refused = await problemOf(
        fire('bob', handed, 'report-done', { fields: { hours: 1 }, files }),
      );
      expect(refused).toMatchObject({ code: 'workflow.incomplete', status: 422 });
      expect(refused.extra.errors).toEqual(
        expect.arrayContaining([expect.objectContaining({ field: 'files' })]),
      );
    }
    const photo = await world.file(handed.subject.id);
    const done = await fire('bob', handed, 'report-done', { fields: { hours: 1 }, files: [photo] });
    const back = await fire('ann', done, 'send-back');
    const same = await problemOf(
      fire('bob', back, 'report-done', { fields: { hours: 1 }, files: [photo] }),
    );
    expect(same.message).toContain('earlier step');
  });

  it('say what each person could do now', async () => {
    const checking = await toChecking();
    const can = (name: string) =>
      world.as(name, async (unit) =>
        (await world.workflows.available(unit, world.account(name), checking)).map(({ id }) => id),
      );
    expect(await can('ann')).toEqual(['send-back', 'check']);
    expect(await can('bob')).toEqual([]);
    expect(await can('dee')).toEqual([]);
  });

  it('leave a refused step without a trace', async () => {
    const begun = await start();
    await problemOf(fire('head', begun, 'hand-out', { fields: { mechanic: 'nobody' } }));
    const now = await world.as('head', (unit) => world.workflows.find(unit, begun.subject));
    expect(now).toEqual(begun);
  });
});

describe('the turn', () => {
  it('is handed to others by one who reaches the case, as a step of its history', async () => {
    const handed = await handOut(await start());
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

  it('goes to the department above where nobody in the department holds the role', async () => {
    const begun = await start('dee', 'assembly');
    expect(begun.assignees).toEqual([]);
    await world.query(async (tx) => {
      await tx.person.updateMany({
        where: { employeeNo: 'head' },
        data: { departmentId: 'works' },
      });
    });
    const next = await start('dee', 'assembly');
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
  it('keep history and closed cases as they are, whatever the program does', async () => {
    const begun = await start();
    const refused = await fire('head', begun, 'refuse', { fields: { reason: 'no' } });
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
