import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../platform/access/account.ts';
import type { Accounts } from '../../platform/access/accounts.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Database } from '../../platform/db/database.ts';
import type { FilesModule } from '../../platform/files/module.ts';
import { createWorkflows } from '../../platform/workflow/engine.ts';
import { takeStep } from './actions.ts';
import { type DemoCase, demoCases } from './demo-cases.ts';
import { drawDemoPicture } from './demo-pictures.ts';
import { stepsTo } from './demo-steps.ts';
import { hazardFlow } from './flow.ts';
import { followCases } from './follow.ts';
import type { HazardParts } from './parts.ts';
import { takeReport } from './report.ts';
import { findHazard } from './rows.ts';

const SITE = 'changzhou-1';
const HOUR = 3_600_000;
type User = Caller & { account: Account };

/**
 * Creates the demonstration's hazards with the normal service, but with a clock in the last weeks
 * and without notices. Idempotent: each has a fixed id.
 *
 * @returns how many were created now.
 */
export async function seedDemoHazards(
  given: HazardParts,
  around: { tenant: string; accounts: Accounts; uploaded: FilesModule },
): Promise<number> {
  const { tenant, accounts, uploaded } = around;
  const { database } = given;
  if (!(await isWanted(database, tenant))) return 0;

  const clock = { now: new Date() };
  const now = () => clock.now;
  const notices = { notify: async () => {} };
  const workflows = createWorkflows({
    files: given.files,
    notices,
    timeZone: given.timeZone,
    now,
  });
  workflows.seed(hazardFlow);
  followCases(workflows, given.events);
  const parts: HazardParts = { ...given, workflows, notices, now };
  const people = new Map<string, User>();
  for (const name of PEOPLE) {
    const known = await accounts.byName(tenant, name);
    // Where the demonstration's accounts were renamed, there is no reporter.
    if (!known) return 0;
    people.set(name, { tenant, account: known.account, address: null, requestId: null });
  }
  const callerOf = (name: string) => people.get(name) as User;
  let made = 0;
  for (const [position, one] of demoCases.entries()) {
    if (await play(parts, { position, one, clock, callerOf, uploaded })) made++;
  }
  return made;
}

/** Waits for the site of the cameras' file, which is stored in parallel to the start. */
async function isWanted(database: Database, tenant: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    const [made, site, place] = await database.transaction({ tenant, user: null }, async (tx) => [
      await tx.hazard.count({ where: { demo: true } }),
      await tx.site.count({ where: { id: SITE } }),
      await tx.area.count({ where: { id: 'press-line' } }),
    ]);
    if (made || !place) return false;
    if (site) return true;
    await sleep(500, undefined, { ref: false });
  }
  return false;
}

const PEOPLE = [
  ...new Set([...demoCases.map(({ by }) => by), 'safety', 'manager', 'head.press', 'maintainer']),
];

async function play(
  parts: HazardParts,
  scene: {
    position: number;
    one: DemoCase;
    clock: { now: Date };
    callerOf(name: string): User;
    uploaded: FilesModule;
  },
): Promise<boolean> {
  const { position, one, clock, callerOf, uploaded } = scene;
  // At different times of the day.
  const reportedAt = new Date(Date.now() - one.days * 24 * HOUR - position * 0.7 * HOUR);
  const foundAt = new Date(reportedAt.getTime() - (one.offline ?? 0.05) * HOUR);
  const picture = async (by: string, at: Date, mended: boolean) =>
    uploaded.receive(callerOf(by).account.id, {
      name: mended ? 'after.jpg' : 'before.jpg',
      mediaType: 'image/jpeg',
      bytes: await drawDemoPicture(one.picture, at, { mended }),
    });
  clock.now = reportedAt;
  const reporter = callerOf(one.by);
  const id = `01KAVDEMZ${String(position).padStart(17, '0')}`;
  const begun = await takeReport(
    parts,
    reporter,
    {
      id,
      title: one.title,
      description: one.description,
      type: one.type,
      site: SITE,
      areaId: one.area,
      floorPlan: 'main-hall',
      position: one.at,
      suggestedLevel:
        one.end.includes('major') || one.end === 'plan-approval' ? 'major' : 'general',
      foundAt: foundAt.toISOString(),
      fileIds: [await picture(one.by, foundAt, false)],
      ...(one.equipment ? { equipmentId: one.equipment } : {}),
      links: [],
      source: 'phone',
      device: 'demo',
      reportedAt,
      demo: true,
    },
    async (_unit, taken) => taken.begun,
  );
  if (!begun) return false;
  const steps = stepsTo(one, (name) => callerOf(name).account.id);
  for (const { by, transition, hours, fields, picture: shown } of steps) {
    clock.now = new Date(Math.min(reportedAt.getTime() + hours * HOUR, Date.now()));
    const fileIds = shown ? [await picture(by, clock.now, true)] : [];
    await parts.units.run(callerOf(by), async (unit) => {
      const row = await findHazard(unit.tx, id);
      if (!row) return;
      const { version } = row;
      await takeStep(parts, unit, row, { transition, version, fields, fileIds, note: null });
    });
  }
  return true;
}
