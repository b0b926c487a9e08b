import pino from 'pino';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSite, type Site, until } from '../../testing/site.ts';
import { openWorld, type World } from '../../testing/workflow-world.ts';
import { systemCaller } from '../access/caller.ts';
import { createJobs, type JobRunner } from '../jobs/jobs.ts';
import type { CaseChange, WorkflowCase } from './engine-types.ts';
import { runReminders, scheduleReminders } from './job.ts';

const HOUR = 3_600_000;
const log = pino({ level: 'silent' });
let site: Site;
let appUrl: string;
let world: World;
let changes: [CaseChange, string][];

beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site?.stop();
});
beforeEach(async () => {
  ({ appUrl } = await site.freshDatabase());
  world = await openWorld(appUrl);
  changes = [];
  world.workflows.follow('work-order', (_unit, found, change) => {
    changes.push([change, found.id]);
  });
});
afterEach(() => world.close());

/** A work order under repair by `bob`, for 24 hours. */
async function repairing(): Promise<WorkflowCase> {
  const order = ulid();
  const begun = await world.as('ann', (unit) =>
    world.workflows.start(unit, {
      definition: 'work-order',
      subject: { entity: 'work-order', id: order },
      belonging: { site: 'main', department: 'press-shop' },
      parts: { requester: [world.id('ann')] },
      title: { zh: '更换离合器', en: 'Clutch' },
      link: `/work-orders/${order}`,
    }),
  );
  const fields = { mechanic: world.id('bob') };
  return world.as('head', (unit) =>
    world.workflows.fire(unit, {
      case: begun.id,
      transition: 'hand-out',
      version: 1,
      fields,
      files: [],
      note: null,
    }),
  );
}

/** Runs the job at this many hours after the start, with some features disabled. */
const run = (hours: number, off: string[] = []) => {
  const now = new Date(new Date('2026-11-25T02:00:00Z').getTime() + hours * HOUR);
  world.clock.now = now;
  const parts = { engine: world.workflows, units: world.units, log, paused: async () => off };
  return runReminders(parts, world.tenant, now);
};
const limits = async (name: string) =>
  (await world.told(name)).filter((line) => !/assigned|entered/.test(line));
const reminders = (id: string) =>
  world.query((tx) =>
    tx.workflowReminder.findMany({ where: { caseId: id, caseVersion: 2 }, orderBy: { at: 'asc' } }),
  );

describe('the reminder job', () => {
  it('[ARC-08] skips cases of a disabled feature, and resumes them when it is enabled', async () => {
    await repairing();
    expect(await run(20, ['work-order'])).toMatchObject({ cases: 0, notified: 0 });
    expect(await limits('bob')).toEqual([]);
    expect(await run(20, ['something-else'])).toMatchObject({ cases: 1, notified: 1 });
    expect(await limits('bob')).toEqual(['workflow.reminder: Due soon: Clutch']);
  });

  it('[HAZ-07] [CHM-27] reminds the responsible person before and after the time limit, then escalates, each once', async () => {
    const found = await repairing();
    expect(await run(19)).toMatchObject({ cases: 0, notified: 0 });
    expect(await run(20)).toMatchObject({ cases: 1, notified: 1, overdue: 0 });
    expect(await limits('bob')).toEqual(['workflow.reminder: Due soon: Clutch']);
    expect(await run(20)).toMatchObject({ cases: 0, notified: 0 });

    expect(await run(24)).toMatchObject({ cases: 1, notified: 1, overdue: 1 });
    expect(await limits('bob')).toEqual([
      'workflow.reminder: Due soon: Clutch',
      'workflow.overdue: Overdue: Clutch',
    ]);
    const now = await world.as('ann', (unit) => world.workflows.find(unit, found.subject));
    expect(now).toMatchObject({ state: 'repairing', version: 2 });
    expect(now?.overdueAt).toEqual(world.clock.now);
    expect(changes).toContainEqual(['overdue', found.id]);
    const [event] = await world.query((tx) =>
      tx.outboxEvent.findMany({ where: { type: 'cn.anshi.workflow.overdue.v1' } }),
    );
    expect(event).toMatchObject({
      subject: found.id,
      data: { record: found.subject, state: 'repairing', assignees: [world.id('bob')] },
    });

    await run(32);
    expect(await limits('head')).toEqual(['workflow.escalated: Overdue: Clutch']);
    await run(72);
    expect(await limits('boss')).toEqual(['workflow.escalated: Overdue: Clutch']);
    await run(500);
    expect(await limits('bob')).toHaveLength(2);
    expect((await reminders(found.id)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => 'sent'),
    );
  });

  it('sends missed reminders once: after days of downtime one notice per person', async () => {
    const found = await repairing();
    expect(await run(24 * 10)).toMatchObject({ cases: 1, notified: 3, overdue: 1 });
    expect(await limits('bob')).toEqual(['workflow.overdue: Overdue: Clutch']);
    expect(await limits('head')).toEqual(['workflow.escalated: Overdue: Clutch']);
    expect(await limits('boss')).toEqual(['workflow.escalated: Overdue: Clutch']);
    const outcomes = (await reminders(found.id)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['merged', 'sent', 'sent', 'sent']);
  });

  it('sends nothing twice where the clock was set forward and back', async () => {
    await repairing();
    await run(30);
    expect(await run(-5)).toMatchObject({ cases: 0 });
    expect(await run(30)).toMatchObject({ cases: 0, notified: 0 });
    expect(await limits('bob')).toEqual(['workflow.overdue: Overdue: Clutch']);
  });

  it('sends nothing for a state that was left', async () => {
    const found = await repairing();
    world.clock.now = new Date(world.clock.now.getTime() + HOUR);
    const files = [await world.file(found.subject.id)];
    await world.as('bob', (unit) =>
      world.workflows.fire(unit, {
        case: found.id,
        transition: 'report-done',
        version: 2,
        files,
        note: null,
        fields: { hours: 1 },
      }),
    );
    await run(24 * 30);
    expect(await limits('bob')).toEqual([]);
    expect((await reminders(found.id)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => 'left'),
    );
  });

  it('sends each once with several processes', async () => {
    for (let i = 0; i < 12; i++) await repairing();
    const runs = await Promise.all([run(25), run(25), run(25), run(25)]);
    expect(runs.reduce((sum, { overdue }) => sum + overdue, 0)).toBe(12);
    expect(await limits('bob')).toHaveLength(12);
  });
});

describe('reassignment of an assignee who cannot act any more', () => {
  const assignees = async (found: WorkflowCase) =>
    (await world.as('ann', (unit) => world.workflows.find(unit, found.subject)))?.assignees;

  it('follows the rule when they leave, and reminders go to the new assignee', async () => {
    const found = await repairing();
    await world.query((tx) =>
      tx.appUser.updateMany({ where: { id: world.id('bob') }, data: { active: false } }),
    );
    // While the feature is off, its cases send no notices.
    expect(await run(20, ['work-order'])).toMatchObject({ reassigned: 0, notified: 0 });
    expect(await run(20)).toMatchObject({ reassigned: 1, notified: 1 });
    expect(await assignees(found)).toEqual([world.id('head')]);
    expect(await world.told('head')).toContain('workflow.assigned: Being repaired: Clutch');
    expect(await limits('head')).toEqual(['workflow.reminder: Due soon: Clutch']);
    const history = await world.as('ann', (unit) => world.workflows.history(unit, found.id));
    expect(history.at(-1)).toMatchObject({ kind: 'reassigned', by: null, to: 'repairing' });
    expect(await run(20)).toMatchObject({ reassigned: 0 });
  });

  it('assigns the successor when the head moves to another department', async () => {
    const begun = await world.as('ann', (unit) =>
      world.workflows.start(unit, {
        definition: 'work-order',
        subject: { entity: 'work-order', id: ulid() },
        belonging: { site: 'main', department: 'press-shop' },
        parts: { requester: [world.id('ann')] },
        title: { zh: '换模', en: 'Die' },
        link: '/x',
      }),
    );
    expect(begun.assignees).toEqual([world.id('head')]);
    await world.query(async (tx) => {
      await tx.person.updateMany({
        where: { employeeNo: 'head' },
        data: { departmentId: 'assembly' },
      });
    });
    // Without a successor it is unassigned until there is one.
    expect(await run(1)).toMatchObject({ reassigned: 1 });
    expect(await assignees(begun)).toEqual([]);
    expect(await run(1)).toMatchObject({ reassigned: 0 });
    await world.query((tx) =>
      tx.userRole.createMany({
        data: [{ tenantId: world.tenant, userId: world.id('cai'), roleId: 'order-head' }],
      }),
    );
    expect(await run(2)).toMatchObject({ reassigned: 1 });
    expect(await assignees(begun)).toEqual([world.id('cai')]);
  });
});

describe('on pg-boss', () => {
  let jobs: JobRunner | undefined;
  afterEach(() => jobs?.stop());

  it('[CHM-27] runs on schedule, finds overdue cases and notifies the responsible people', async () => {
    const found = await repairing();
    world.clock.now = new Date(world.clock.now.getTime() + 25 * HOUR);
    jobs = createJobs({
      databaseUrl: appUrl,
      tenant: world.tenant,
      log,
      pollSeconds: 0.5,
      cronSeconds: 1,
    });
    await scheduleReminders({ engine: world.workflows, units: world.units, log, jobs });
    await jobs.start();
    await until(async () => (await limits('bob')).length > 0, 'bob is told');
    expect(await limits('bob')).toEqual(['workflow.overdue: Overdue: Clutch']);
    await world.units.run(systemCaller(world.tenant), async (unit) => {
      expect((await world.workflows.find(unit, found.subject))?.overdueAt).not.toBeNull();
    });
  });
});
