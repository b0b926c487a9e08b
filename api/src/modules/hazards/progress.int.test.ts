import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { createWorkflows } from '../../platform/workflow/engine.ts';
import { runReminders } from '../../platform/workflow/job.ts';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { hazardFlow } from './flow.ts';
import { followCases } from './follow.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let worker: Headers;
let head: Headers;
let safety: Headers;
const HOUR = 3600_000;

beforeAll(async () => {
  world = await openHazardWorld();
  worker = await world.as('worker.press');
  head = await world.as('head.press');
  safety = await world.as('safety');
});
afterAll(() => world?.close());

/** Runs the reminder job at that moment. */
function remindAt(now: Date) {
  const { database } = world;
  const units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
  const engine = createWorkflows({
    files: { of: async () => [] },
    notices: createNotices({ written() {} }),
    timeZone: 'Asia/Shanghai',
    now: () => now,
  });
  engine.seed(hazardFlow);
  followCases(engine, { pushAfter() {} });
  return runReminders({ engine, units, log: pino({ level: 'silent' }) }, 'demo', now);
}

const toldOf = (id: string) =>
  world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const rows = await tx.$queryRaw<{ username: string; severity: string }[]>`
      SELECT u.username, n.severity FROM notice n
      JOIN notice_recipient r ON r.notice_id = n.id JOIN app_user u ON u.id = r.user_id
      WHERE n.subject_id = ${id} ORDER BY n.id, u.username`;
    return rows;
  });

describe('[HAZ-07] the progress of a hazard', () => {
  it('is reminded before the deadline, and escalated after it', async () => {
    let hazard = await world.reported(worker);
    hazard = await world.step(safety, hazard, 'accept');
    hazard = await world.step(head, hazard, 'start', {
      fields: { assignee: (await world.read(worker, hazard.id)).reporter?.id ?? null },
    });
    expect(hazard.state).toBe('rectifying');
    const due = Date.parse(hazard.dueAt ?? '');
    const after = async (hours: number) => {
      const before = (await toldOf(hazard.id)).length;
      await remindAt(new Date(due + hours * HOUR));
      return (await toldOf(hazard.id)).slice(before).map(({ username }) => username);
    };
    expect(await after(-30)).toEqual([]);
    expect(await after(-23)).toEqual(['worker.press']);
    const late = await after(1);
    expect(late).toEqual(expect.arrayContaining(['head.press', 'worker.press']));
    expect(late).not.toContain('safety');
    expect(await after(25)).toContain('safety');
    expect(await after(73)).toEqual(expect.arrayContaining(['manager', 'safety', 'head.press']));
    // Each is sent once.
    expect(await after(74)).toEqual([]);
    const severities = (await toldOf(hazard.id)).map(({ severity }) => severity);
    expect(severities).toContain('critical');
  });

  it('is a timeline with user, time, step and evidence', async () => {
    let hazard = await world.reported(worker);
    hazard = await world.step(safety, hazard, 'accept', { note: 'look at it today' });
    hazard = await world.step(head, hazard, 'start');
    const answer = await world.api.get(`/api/v1/hazards/${hazard.id}/history`, head);
    const { items } = (await answer.json()) as { items: Record<string, unknown>[] };
    expect(items).toMatchObject([
      { to: 'reported', by: null },
      {
        transition: 'accept',
        by: { displayName: { en: 'Wang Anquan' } },
        note: 'look at it today',
      },
      { transition: 'start', toName: { zh: '整改中' } },
    ]);
    // The reporter is hidden; the history still distinguishes a hidden person from the system.
    expect(items[0]).toMatchObject({ kind: 'started', bySystem: false });
    expect(items[1]?.values).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'department', type: 'department' })]),
    );
  });
});
