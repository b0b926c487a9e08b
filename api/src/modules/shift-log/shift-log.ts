import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noteCreated } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import type { CameraReach } from '../cameras/reach.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import { findAcknowledged, findOpen, showAlarms } from './desk-alarms.ts';
import { type Resting, readResting, restingOf } from './resting.ts';
import type {
  acceptanceRequest,
  Handover,
  HandoverDetail,
  handoverPage,
  handoverQuery,
  handoverRequest,
  noteRequest,
  ShiftLog,
} from './schema.ts';
import { ownAccounts, type Stood, seesSite } from './stood.ts';

type HandoverRow = Prisma.ShiftHandoverModel;

/** Of the alarms of the control room; each person may hear of lesser ones, too. */
const FROM = 'high';
/** Without a handover before, the log goes back so far. */
const FIRST_HOURS = 12;
const MOST_NOTES = 200;
const newestFirst = listOrder('shift handovers', 'desc', { id: 'id' });

const stateOf = ({ acceptedAt, withdrawnAt }: HandoverRow): Handover['state'] =>
  acceptedAt ? 'accepted' : withdrawnAt ? 'withdrawn' : 'waiting';

export type ShiftLogs = ReturnType<typeof createShiftLogs>;

/** The log of the control room: what stands in it now, notes, and handovers from shift to shift. */
export function createShiftLogs(
  platform: Pick<Platform, 'units' | 'notices'> & {
    cameras: () => readonly KnownCamera[];
    sites: () => readonly { id: string }[];
    reach: Pick<CameraReach, 'isWithin'>;
  },
) {
  const { units, notices, sites } = platform;

  function requireSite(id: string): void {
    if (!sites().some((site) => site.id === id)) throw new Problem('shift-log.site-unknown');
  }

  async function show(
    tx: Transaction,
    account: Account,
    rows: readonly HandoverRow[],
  ): Promise<Handover[]> {
    const ids = rows.flatMap(({ givenBy, acceptedBy }) =>
      acceptedBy ? [givenBy, acceptedBy] : [givenBy],
    );
    const names = await userNames(tx, ids);
    const person = (id: string) => ({ id, name: names.get(id) ?? null });
    const mayWrite = account.permissions.has('shift-log:write');
    const own = await ownAccounts(tx, account);
    return rows.map((row) => {
      const state = stateOf(row);
      const waits = state === 'waiting' && mayWrite;
      return {
        id: row.id,
        site: row.site,
        from: row.fromAt?.toISOString() ?? null,
        given: { by: person(row.givenBy), at: row.givenAt.toISOString() },
        note: row.note,
        stood: seesSite(account, row.site)
          ? { ended: 0, ...(row.stood as unknown as Stood).counts }
          : null,
        state,
        accepted:
          row.acceptedBy && row.acceptedAt
            ? {
                by: person(row.acceptedBy),
                at: row.acceptedAt.toISOString(),
                note: row.acceptedNote,
              }
            : null,
        mayAccept: waits && !own.has(row.givenBy),
        mayWithdraw: waits && row.givenBy === account.id,
      };
    });
  }
  const showOne = async (tx: Transaction, account: Account, row: HandoverRow) =>
    (await show(tx, account, [row]))[0] as Handover;

  const readNotes = async (tx: Transaction, where: Prisma.ShiftNoteWhereInput) => {
    const rows = await tx.shiftNote.findMany({
      where,
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
      take: MOST_NOTES,
    });
    const names = await userNames(
      tx,
      rows.map(({ byUser }) => byUser),
    );
    return rows.map(({ id, text, byUser, at }) => ({
      id,
      text,
      by: { id: byUser, name: names.get(byUser) ?? null },
      at: at.toISOString(),
    }));
  };

  /** The last handover of a site that was not taken back; null for none. */
  const findLast = (tx: Transaction, site: string): Promise<HandoverRow | null> =>
    tx.shiftHandover.findFirst({ where: { site, withdrawnAt: null }, orderBy: { id: 'desc' } });

  /** What stands in the log of a site now, as far as the account sees it. */
  async function standing(tx: Transaction, account: Account, site: string, since: Date | null) {
    const begin = since ?? new Date(Date.now() - FIRST_HOURS * 3_600_000);
    const seesAlarms = account.permissions.has('violation:read');
    const none = { ids: [] as string[], total: 0 };
    const open = seesAlarms ? await findOpen(tx, account, FROM, { site }) : none;
    const acknowledged = seesAlarms ? await findAcknowledged(tx, account, site, begin) : none;
    const ended = seesAlarms
      ? await findOpen(tx, account, FROM, { site, endedSince: begin })
      : none;
    const resting = await readResting(tx, platform, account, site);
    return { open, acknowledged, ended, resting };
  }

  /** Locks a handover until the end of the unit. @throws Problem `shift-log.unknown` */
  async function hold(tx: Transaction, id: string): Promise<HandoverRow> {
    await tx.$queryRaw`SELECT 1 FROM shift_handover WHERE id = ${id} FOR UPDATE`;
    const row = await tx.shiftHandover.findFirst({ where: { id } });
    if (!row) throw new Problem('shift-log.unknown');
    return row;
  }

  const emit = (unit: Unit, { id, site }: HandoverRow, what: string) =>
    unit.emit({ entity: 'shift-handover', what, subject: id, data: { handover: id, site } });

  return {
    now: (user: User, site: string): Promise<ShiftLog> =>
      units.run(user, async ({ tx }) => {
        requireSite(site);
        const last = await findLast(tx, site);
        const since = last?.givenAt ?? null;
        const { open, acknowledged, ended, resting } = await standing(
          tx,
          user.account,
          site,
          since,
        );
        return {
          site,
          since: since?.toISOString() ?? null,
          counts: {
            open: open.total,
            acknowledged: acknowledged.total,
            ended: ended.total,
            snoozed: resting.length,
          },
          open: await showAlarms(tx, user.account, open.ids),
          acknowledged: await showAlarms(tx, user.account, acknowledged.ids),
          ended: await showAlarms(tx, user.account, ended.ids),
          snoozes: resting,
          notes: await readNotes(tx, { site, handoverId: null }),
          waiting:
            last && stateOf(last) === 'waiting' ? await showOne(tx, user.account, last) : null,
        };
      }),

    note: (user: User, { site, text }: z.infer<typeof noteRequest>) =>
      units.run(user, async (unit) => {
        requireSite(site);
        const id = newId();
        const data = { tenantId: user.tenant, id, site, text, byUser: user.account.id };
        await unit.tx.shiftNote.create({ data });
        const event = ['created', { note: id, site }] as const;
        await noteCreated(unit, { entity: 'shift-note', id, after: { site, text }, event });
        const [note] = await readNotes(unit.tx, { id });
        return note as NonNullable<typeof note>;
      }),

    /** @throws Problem `shift-log.waiting` where one waits for its acceptance. */
    give: (user: User, { site, note }: z.infer<typeof handoverRequest>): Promise<Handover> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        requireSite(site);
        // What one does not see would be handed over as if it were not there.
        if (!seesSite(user.account, site)) throw new Problem('shift-log.partial');
        const last = await findLast(tx, site);
        if (last && stateOf(last) === 'waiting') throw new Problem('shift-log.waiting');
        const { open, acknowledged, ended, resting } = await standing(
          tx,
          user.account,
          site,
          last?.givenAt ?? null,
        );
        const stood: Stood = {
          open: open.ids,
          acknowledged: acknowledged.ids,
          ended: ended.ids,
          snoozes: resting.map(({ id }) => id),
          counts: {
            open: open.total,
            acknowledged: acknowledged.total,
            ended: ended.total,
            snoozed: resting.length,
          },
        };
        const id = newId();
        const { count } = await tx.shiftHandover.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              site,
              fromAt: last?.givenAt ?? null,
              note,
              stood: stood as unknown as Prisma.InputJsonObject,
              givenBy: user.account.id,
            },
          ],
          // Two people at once: one of the two.
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('shift-log.waiting');
        await tx.shiftNote.updateMany({
          where: { site, handoverId: null },
          data: { handoverId: id },
        });
        const event = ['given', { handover: id, site }] as const;
        const after = { site, note, ...stood.counts };
        await noteCreated(unit, { entity: 'shift-handover', id, after, event });
        await tellNext(unit, user, id);
        return showOne(tx, user.account, await hold(tx, id));
      }),

    /** @throws Problem `shift-log.own` for the person who gave it, `shift-log.not-waiting`. */
    accept: (
      user: User,
      id: string,
      { note }: z.infer<typeof acceptanceRequest>,
    ): Promise<Handover> =>
      units.run(user, async (unit) => {
        const row = await hold(unit.tx, id);
        if (stateOf(row) !== 'waiting') throw new Problem('shift-log.not-waiting');
        if ((await ownAccounts(unit.tx, user.account)).has(row.givenBy))
          throw new Problem('shift-log.own');
        const accepted = {
          acceptedBy: user.account.id,
          acceptedAt: new Date(),
          acceptedNote: note,
        };
        await unit.tx.shiftHandover.updateMany({ where: { id }, data: accepted });
        const after = { site: row.site, note };
        await unit.audit({ action: 'accept-shift', entity: 'shift-handover', id, after });
        await emit(unit, row, 'accepted');
        return showOne(unit.tx, user.account, { ...row, ...accepted });
      }),

    /** Its notes are those of the running shift again. @throws Problem `shift-log.not-own`, `shift-log.not-waiting`. */
    withdraw: (user: User, id: string): Promise<Handover> =>
      units.run(user, async (unit) => {
        const row = await hold(unit.tx, id);
        if (stateOf(row) !== 'waiting') throw new Problem('shift-log.not-waiting');
        if (row.givenBy !== user.account.id) throw new Problem('shift-log.not-own');
        const withdrawn = { withdrawnAt: new Date() };
        await unit.tx.shiftHandover.updateMany({ where: { id }, data: withdrawn });
        await unit.tx.shiftNote.updateMany({
          where: { handoverId: id },
          data: { handoverId: null },
        });
        const after = { site: row.site };
        await unit.audit({ action: 'withdraw-shift', entity: 'shift-handover', id, after });
        await emit(unit, row, 'withdrawn');
        return showOne(unit.tx, user.account, { ...row, ...withdrawn });
      }),

    list: (
      user: User,
      query: z.infer<typeof handoverQuery>,
    ): Promise<z.infer<typeof handoverPage>> =>
      units.run(user, async ({ tx }) => {
        const { site, cursor, limit } = query;
        const found = await tx.shiftHandover.findMany({
          where: {
            AND: [
              site === undefined ? {} : { site },
              newestFirst.beyond(newestFirst.after(cursor)),
            ],
          },
          orderBy: newestFirst.by(),
          take: limit + 1,
        });
        const { rows, next } = newestFirst.page(found, limit);
        return { items: await show(tx, user.account, rows), next };
      }),

    get: (user: User, id: string): Promise<HandoverDetail> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.shiftHandover.findFirst({ where: { id } });
        if (!row) throw new Problem('shift-log.unknown');
        const stood = row.stood as unknown as Stood;
        const alarmsOf = (ids: readonly string[]) =>
          user.account.permissions.has('violation:read') ? showAlarms(tx, user.account, ids) : [];
        const snoozes: Resting[] = await restingOf(tx, platform, user.account, stood.snoozes);
        return {
          ...(await showOne(tx, user.account, row)),
          open: await alarmsOf(stood.open),
          acknowledged: await alarmsOf(stood.acknowledged),
          ended: await alarmsOf(stood.ended ?? []),
          snoozes,
          notes: await readNotes(tx, { handoverId: id }),
        };
      }),
  };

  async function tellNext(unit: Unit, user: User, id: string): Promise<void> {
    const writing = await holdersOf(unit.tx, 'shift-log:write');
    const { zh, en } = user.account.displayName;
    await notices.notify(unit, {
      to: writing.filter((one) => one !== user.account.id),
      kind: 'shift-log.handed-over',
      severity: 'info',
      title: { zh: `${zh}交班，请接班`, en: `${en} hands over the shift` },
      body: {
        zh: '请查看值班记录后接班。',
        en: 'Look at the log of the shift and accept it.',
      },
      link: noticeLink('shift-log.handed-over', id),
      subject: { entity: 'shift-handover', id },
    });
  }
}
