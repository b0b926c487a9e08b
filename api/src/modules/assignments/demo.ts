import { DateTime } from 'luxon';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { Crew } from './crew.ts';
import type { Jobs } from './jobs.ts';
import { jobInput } from './schema.ts';

/**
 * Fictitious. Hours from the begin of this hour, or an hour of tomorrow. The last one needs a crew; it has begun, so that the
 * board of this week shows it in the last hour of a Sunday, too.
 */
const demo = [
  {
    title: '护栏焊补 / Welding of the guardrail',
    machineId: 'welder-1',
    work: 'welding',
    inHours: 1,
    crew: 'E007',
  },
  {
    title: '冲压件批次 A32 / Batch A32 of pressed parts',
    machineId: 'press-1',
    work: null,
    inHours: 1,
    crew: 'E006',
  },
  {
    title: '支架焊接 / Welding of brackets',
    machineId: 'welder-1',
    work: 'welding',
    tomorrowAt: 8,
    crew: 'E007',
  },
  {
    title: '机器人单元换型 / Changeover of the robot cell',
    machineId: 'robot-1',
    work: null,
    inHours: 0,
    crew: null,
  },
] as const;
const HOURS = 4;

/**
 * Jobs for the first day, made by the services as a planner makes them, where the tenant has none. Processes that start at
 * the same time make the same ones, by their keys.
 */
export async function seedDemoJobs(
  { accounts, database, settings }: Pick<Platform, 'accounts' | 'database' | 'settings'>,
  { jobs, crew }: { jobs: Jobs; crew: Crew },
): Promise<void> {
  const { tenant, timeZone } = settings;
  const found = await database.transaction({ tenant, user: null }, async (tx) => {
    if ((await tx.workJob.count()) > 0) return null;
    const machines = await tx.equipment.findMany({
      where: { sourceSystem: 'demo' },
      select: { id: true },
    });
    const people = await tx.person.findMany({
      where: { sourceSystem: 'demo', status: 'active' },
      select: { id: true, employeeNo: true },
    });
    return {
      machines: new Set(machines.map(({ id }) => id)),
      people: new Map(people.map(({ id, employeeNo }) => [employeeNo, id])),
    };
  });
  const known = found && (await accounts.byName(tenant, 'safety.head'));
  // Where the account of the demonstration was renamed or has other roles, there are none.
  if (!found || !known?.account.permissions.has('assignment:manage')) return;
  const user: User = { tenant, account: known.account, address: null, requestId: null };
  const hour = DateTime.now().setZone(timeZone).startOf('hour');
  for (const [n, one] of demo.entries()) {
    if (!found.machines.has(one.machineId)) continue;
    const from =
      'inHours' in one
        ? hour.plus({ hours: one.inHours })
        : hour.plus({ days: 1 }).set({ hour: one.tomorrowAt });
    const job = await jobs.create(
      user,
      jobInput.parse({
        key: `demo-job-${n + 1}`,
        title: one.title,
        machineId: one.machineId,
        work: one.work,
        from: from.toUTC().toISO(),
        until: from.plus({ hours: HOURS }).toUTC().toISO(),
      }),
    );
    const person = one.crew === null ? undefined : found.people.get(one.crew);
    if (person === undefined) continue;
    await crew.assign(user, job.id, { version: job.version, person, reason: null });
  }
}
