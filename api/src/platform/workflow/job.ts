import type { Logger } from 'pino';
import { systemCaller } from '../access/caller.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { Jobs } from '../jobs/types.ts';
import { findInvalidAssignments, reassignByRules } from './assignments.ts';
import type { WorkflowEngine } from './engine.ts';
import { type ReminderCounts, remindBatch } from './reminders.ts';

export const REMINDERS = 'workflow-reminders';

/** Time limit of a run: the next one continues. */
const MOST_BATCHES = 1_000;
const MOST_REASSIGNED = 500;

/**
 * Record kinds of disabled features: their reminders wait, and are sent with the first run after it
 * is enabled again.
 */
type Paused = () => Promise<readonly string[]>;

/**
 * One run of the reminder job of all modules: reassigns cases whose assignees cannot act any more,
 * then sends due reminders.
 *
 * @param now the present; later reminders are left for a later run.
 */
export async function runReminders(
  parts: { engine: WorkflowEngine; units: Units; log: Logger; paused?: Paused },
  tenant: string,
  now: Date,
): Promise<ReminderCounts & { reassigned: number }> {
  const { engine, units, log } = parts;
  const caller = systemCaller(tenant);
  const paused = (await parts.paused?.()) ?? [];
  const total = { cases: 0, notified: 0, overdue: 0, reassigned: 0 };

  // Reassignment first: a reminder must not go to a person who left.
  const invalid = await units.run(caller, (unit) => findInvalidAssignments(unit, engine, paused));
  for (const id of invalid.slice(0, MOST_REASSIGNED)) {
    try {
      if (await units.run(caller, (unit) => reassignByRules(unit, engine, id))) total.reassigned++;
    } catch (error) {
      log.error({ err: error, case: id }, 'a case was not assigned by its rules');
    }
  }
  for (let i = 0; i < MOST_BATCHES; i++) {
    const batch = await units.run(caller, (unit) => remindBatch(unit, engine, now, paused));
    total.cases += batch.cases;
    total.notified += batch.notified;
    total.overdue += batch.overdue;
    if (batch.cases === 0) break;
  }
  return total;
}

/** Runs each minute. */
export function scheduleReminders(parts: {
  engine: WorkflowEngine;
  units: Units;
  log: Logger;
  jobs: Jobs;
  paused?: Paused;
}): Promise<void> {
  const { engine, jobs, log } = parts;
  jobs.define(REMINDERS, { retries: 3, expireSeconds: 600 }, async (_data, { tenant }) => {
    const done = await runReminders(parts, tenant, engine.parts.now());
    if (done.cases + done.reassigned > 0) log.info(done, 'reminders sent');
  });
  return jobs.schedule(REMINDERS, '* * * * *', {}, 'UTC');
}
