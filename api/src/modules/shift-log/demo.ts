import type { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Stood } from './stood.ts';

const HOUR_MS = 3_600_000;

/** Fictitious. Hours before now; the first two went with the handover. */
const notes = [
  {
    by: 'operator',
    ago: 11,
    handed: true,
    text: '东侧卷帘门检修，行人绕行北门。/ The eastern shutter is being repaired; people use the northern door.',
  },
  {
    by: 'operator',
    ago: 9,
    handed: true,
    text: '化学品库门口来料较多，已提醒叉车减速。/ Many deliveries at the chemical store; drivers were told to slow down.',
  },
  {
    by: 'safety',
    ago: 3,
    handed: false,
    text: '卷帘门修好，已恢复通行。/ The shutter is repaired and open again.',
  },
  {
    by: 'operator',
    ago: 1,
    handed: false,
    text: '冲压线下午有外来参观，14:00 至 15:00。/ Visitors at the press line this afternoon, 14:00 to 15:00.',
  },
] as const;
const GIVEN_AGO = 8;
const HANDOVER = '夜班平稳，没有未处理的报警。/ A quiet night shift, no alarm is open.';
const ACCEPTANCE = '已接班，卷帘门继续跟进。/ Taken over; the shutter is being followed up.';
const nothing: Stood = {
  open: [],
  acknowledged: [],
  ended: [],
  snoozes: [],
  counts: { open: 0, acknowledged: 0, ended: 0, snoozed: 0 },
};

/** The log of a shift that was handed over and of the running one, where the log of the company is empty. */
export const seedDemoShiftLog = (database: Database, tenant: string, site: string): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    // Processes that start at the same time write it once.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('demo shift log ' || ${tenant}, 0))`;
    if ((await tx.shiftNote.count()) + (await tx.shiftHandover.count()) > 0) return;
    const users = await tx.appUser.findMany({
      where: { username: { in: ['operator', 'safety'] } },
      select: { id: true, username: true },
    });
    const idOf = (name: string) => users.find(({ username }) => username === name)?.id;
    const [giver, taker] = [idOf('operator'), idOf('safety')];
    // The accounts of the demonstration were renamed.
    if (giver === undefined || taker === undefined) return;
    const now = Date.now();
    const handover = newId();
    await tx.shiftHandover.create({
      data: {
        tenantId: tenant,
        id: handover,
        site,
        note: HANDOVER,
        stood: nothing as unknown as Prisma.InputJsonObject,
        givenBy: giver,
        givenAt: new Date(now - GIVEN_AGO * HOUR_MS),
        acceptedBy: taker,
        acceptedAt: new Date(now - GIVEN_AGO * HOUR_MS + HOUR_MS / 10),
        acceptedNote: ACCEPTANCE,
      },
    });
    await tx.shiftNote.createMany({
      data: notes.map(({ by, ago, handed, text }) => ({
        tenantId: tenant,
        id: newId(),
        site,
        text,
        byUser: by === 'operator' ? giver : taker,
        at: new Date(now - ago * HOUR_MS),
        handoverId: handed ? handover : null,
      })),
    });
  });
