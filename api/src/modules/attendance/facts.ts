import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { countedUse, type ModuleFacts, type Removed } from '../../platform/facts.ts';
import { ATTENDANCE_PHONE, ATTENDANCE_POSITION, BADGE_TRACKING } from '../consent/gate.ts';
import { timeline } from './timeline.ts';

const MOST_EXPORTED = 10_000;

/** Takes badge and place out of the events by position of a person: the times stay as their attendance. */
async function forgetPlaces(tx: Transaction, person: string): Promise<number> {
  const { count } = await tx.clockEvent.updateMany({
    where: { personId: person, source: 'position', badge: { not: null } },
    data: { badge: null, device: null, areaId: null, evidence: {} },
  });
  return count;
}

/** Takes the location of the phone out of the events of a person. */
async function forgetPhone(tx: Transaction, person: string): Promise<number> {
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    UPDATE clock_event SET evidence = evidence - 'phone'
    WHERE person_id = ${person} AND evidence ? 'phone' RETURNING id`);
  return rows.length;
}

/** Attendance of a person; the times are kept for pay, places go with the consent. */
export const facts: ModuleFacts = {
  uses: {
    site: async (tx, site) => [
      countedUse('clock-event', await tx.clockEvent.count({ where: { site } })),
    ],
  },
  timeline,
  ownData: {
    show: async (tx, { person }) => ({
      counts: {
        clockEvents: await tx.clockEvent.count({ where: { personId: person } }),
        clockCorrections: await tx.clockCorrection.count({ where: { personId: person } }),
      },
    }),
    export: async (tx, { person }) => ({
      clockEvents: await tx.clockEvent.findMany({
        where: { personId: person },
        orderBy: { at: 'desc' },
        take: MOST_EXPORTED,
        select: {
          id: true,
          site: true,
          direction: true,
          source: true,
          at: true,
          claimedAt: true,
          receivedAt: true,
          timeFlag: true,
          areaId: true,
          device: true,
          badge: true,
          evidence: true,
        },
      }),
      clockCorrections: await tx.clockCorrection.findMany({
        where: { personId: person },
        orderBy: { askedAt: 'desc' },
        take: MOST_EXPORTED,
        select: {
          id: true,
          direction: true,
          at: true,
          reason: true,
          state: true,
          askedAt: true,
          decidedAt: true,
          note: true,
        },
      }),
    }),
  },
  erase: async ({ tx }, { id }) => [
    { policy: 'attendance', count: (await forgetPlaces(tx, id)) + (await forgetPhone(tx, id)) },
  ],
  async consentEnded({ tx }, person, purpose) {
    if (purpose === ATTENDANCE_PHONE) return forgetPhone(tx, person);
    const isPosition = purpose === ATTENDANCE_POSITION || purpose === BADGE_TRACKING;
    return isPosition ? forgetPlaces(tx, person) : 0;
  },
  purgers: [
    {
      policy: 'attendance',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM clock_event WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM clock_event WHERE at < ${cutoff} LIMIT ${most}))
        RETURNING id, at`,
    },
    {
      policy: 'attendance',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM attendance_day WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM attendance_day WHERE day < (${cutoff}::timestamptz)::date LIMIT ${most}))
        RETURNING concat_ws(' ', person_id, day) AS id, day::timestamptz AS at`,
    },
    {
      policy: 'attendance',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM clock_correction WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM clock_correction WHERE asked_at < ${cutoff} LIMIT ${most}))
        RETURNING id, asked_at AS at`,
    },
  ],
};
