import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { holdersOf, readHolders, within } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { noteCreated } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import type { CameraReach } from '../cameras/reach.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import { MOST_OPEN, notOver, type SnoozeRow } from './match.ts';
import {
  type SnoozeInput,
  type SnoozeQuery,
  type SnoozeView,
  type snoozePage,
  snoozeSchema,
} from './schema.ts';

const newestFirst = listOrder('snoozes', 'desc', { id: 'id' });
const LONGEST_MS = 7 * 86_400_000;

const waits = ({ high, approvedBy, endedAt, untilAt }: SnoozeRow, now: Date) =>
  high && approvedBy === null && endedAt === null && untilAt > now;

function stateOf({ endedAt, fromAt, untilAt }: SnoozeRow, now: Date): SnoozeView['state'] {
  if (endedAt !== null) return 'ended';
  if (untilAt <= now) return 'over';
  return fromAt > now ? 'planned' : 'in-force';
}

export type Snoozes = ReturnType<typeof createSnoozes>;

/** Notices and beacons that rest: with reason and end, high severity with a second person. */
export function createSnoozes(
  platform: Pick<Platform, 'units' | 'notices'> & {
    cameras: () => readonly KnownCamera[];
    /** Snoozes may name them still. */
    removed: () => readonly KnownCamera[];
    reach: Pick<CameraReach, 'isWithin' | 'placeOf'>;
  },
) {
  const { units, notices, cameras, removed, reach } = platform;

  /** Of cameras that the account may not see, also what it may do to all is refused. */
  const isShown = (account: Account, camera: string): boolean =>
    !account.permissions.has('camera:read') || reach.isWithin(account, 'camera:read', camera);
  const shownOnly = (account: Account) => {
    if (account.permissions.get('camera:read') === 'all') return {};
    const shown = [...cameras(), ...removed()].filter(({ id }) => isShown(account, id));
    return { camera: { in: shown.map(({ id }) => id) } };
  };

  async function showAll(
    tx: Transaction,
    account: Account,
    rows: readonly SnoozeRow[],
  ): Promise<SnoozeView[]> {
    const names = await userNames(
      tx,
      rows.flatMap(({ askedBy, approvedBy, endedBy }) =>
        [askedBy, approvedBy, endedBy].flatMap((id) => id ?? []),
      ),
    );
    const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
    const now = new Date();
    return rows.map((row) => {
      const camera = [...cameras(), ...removed()].find(({ id }) => id === row.camera);
      const waiting = waits(row, now);
      const state = stateOf(row, now);
      return answerFrom(snoozeSchema, row, {
        kind: row.kind as SnoozeView['kind'],
        cameraName: camera?.name ?? null,
        zoneName: camera?.zones.find(({ id }) => id === row.zone)?.name ?? null,
        askedBy: nameOf(row.askedBy),
        approvedBy: nameOf(row.approvedBy),
        endedBy: nameOf(row.endedBy),
        state,
        waiting,
        mayApprove:
          waiting && account.permissions.has('snooze:approve') && row.askedBy !== account.id,
        mayEnd:
          (state === 'planned' || state === 'in-force') && account.permissions.has('snooze:manage'),
      });
    });
  }
  const show = async (tx: Transaction, account: Account, row: SnoozeRow) =>
    (await showAll(tx, account, [row]))[0] as SnoozeView;

  /** Locks it until the end of the unit. */
  async function hold(tx: Transaction, account: Account, id: string): Promise<SnoozeRow> {
    await tx.$queryRaw`SELECT 1 FROM snooze WHERE id = ${id} FOR UPDATE`;
    const row = await tx.snooze.findFirst({ where: { id } });
    if (!row || !isShown(account, row.camera)) throw new Problem('snooze.unknown');
    return row;
  }

  const emit = (unit: Unit, { id, camera }: SnoozeRow, what: string) =>
    unit.emit({ entity: 'snooze', what, subject: id, data: { snooze: id, camera } });

  /** @throws Problem with the field. */
  function requirePlace(account: Account, { camera: id, zone, rule }: SnoozeInput): KnownCamera {
    const refuse = (field: string, zh: string, en: string) =>
      new Problem('snooze.place-unknown', undefined, { errors: [fieldError(field, zh, en)] });
    const camera = cameras().find((one) => one.id === id);
    if (!camera || !isShown(account, id)) {
      throw refuse('camera', `没有摄像机“${id}”。`, `There is no camera "${id}".`);
    }
    if (zone !== null && !camera.zones.some((one) => one.id === zone)) {
      throw refuse('zone', `该摄像机没有区域“${zone}”。`, `The camera has no zone "${zone}".`);
    }
    if (rule !== null && !camera.rules.some((one) => one.id === rule)) {
      throw refuse('rule', `该摄像机没有规则“${rule}”。`, `The camera has no rule "${rule}".`);
    }
    return camera;
  }

  function timesOf({ fromAt, untilAt }: SnoozeInput, now: Date): { fromAt: Date; untilAt: Date } {
    const times = { fromAt: fromAt ? new Date(fromAt) : now, untilAt: new Date(untilAt) };
    const refuse = (zh: string, en: string) =>
      new Problem('snooze.times', undefined, { errors: [fieldError('untilAt', zh, en)] });
    // What was recorded already is not marked afterwards.
    if (times.fromAt < now) times.fromAt = now;
    if (times.untilAt <= times.fromAt) {
      throw refuse('结束时间早于开始时间，或已过去。', 'It ends before it begins, or is over.');
    }
    if (times.untilAt.getTime() - times.fromAt.getTime() > LONGEST_MS) {
      throw refuse('最长七天。', 'It lasts seven days at most.');
    }
    return times;
  }

  return {
    list: (user: User, query: SnoozeQuery): Promise<z.infer<typeof snoozePage>> =>
      units.run(user, async ({ tx }) => {
        const { camera, open, cursor, limit } = query;
        const found = await tx.snooze.findMany({
          where: {
            AND: [
              shownOnly(user.account),
              camera === undefined ? {} : { camera },
              open === 'true' ? notOver(new Date()) : {},
              newestFirst.beyond(newestFirst.after(cursor)),
            ],
          },
          orderBy: newestFirst.by(),
          take: limit + 1,
        });
        const { rows, next } = newestFirst.page(found, limit);
        return { items: await showAll(tx, user.account, rows), next };
      }),

    get: (user: User, id: string): Promise<SnoozeView> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.snooze.findFirst({
          where: { AND: [{ id }, shownOnly(user.account)] },
        });
        if (!row) throw new Problem('snooze.unknown');
        return show(tx, user.account, row);
      }),

    create: (user: User, input: SnoozeInput): Promise<SnoozeView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const now = new Date();
        const camera = requirePlace(user.account, input);
        const times = timesOf(input, now);
        if ((await tx.snooze.count({ where: notOver(now) })) >= MOST_OPEN) {
          throw new Problem('snooze.too-many');
        }
        const { zone, rule, kind, high, reason } = input;
        const id = newId();
        const row = await tx.snooze.create({
          data: {
            tenantId: user.tenant,
            id,
            camera: camera.id,
            zone,
            rule,
            kind,
            high,
            reason,
            ...times,
            askedBy: user.account.id,
            askedAt: now,
          },
        });
        const after = { camera: camera.id, zone, rule, kind, high, ...times, reason };
        const event = ['created', { snooze: id, camera: camera.id }] as const;
        await noteCreated(unit, { entity: 'snooze', id, after, event });
        if (high) await askForApproval(unit, row, camera, user);
        return show(tx, user.account, row);
      }),

    /** @throws Problem `snooze.own` for the person who asked, `snooze.not-waiting` where it waits no more. */
    approve: (user: User, id: string): Promise<SnoozeView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await hold(tx, user.account, id);
        if (await isSamePerson(tx, row.askedBy, user)) throw new Problem('snooze.own');
        const now = new Date();
        if (!waits(row, now)) throw new Problem('snooze.not-waiting');
        const approved = { approvedBy: user.account.id, approvedAt: now };
        await tx.snooze.updateMany({ where: { id }, data: approved });
        const { camera, zone, rule, untilAt } = row;
        await unit.audit({
          action: 'approve-snooze',
          entity: 'snooze',
          id,
          after: { camera, zone, rule, untilAt },
        });
        await emit(unit, row, 'approved');
        return show(tx, user.account, { ...row, ...approved });
      }),

    /** @throws Problem `snooze.over` where it has ended already. */
    end: (user: User, id: string): Promise<SnoozeView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await hold(tx, user.account, id);
        const now = new Date();
        if (row.endedAt !== null || row.untilAt <= now) throw new Problem('snooze.over');
        const ended = { endedAt: now, endedBy: user.account.id };
        await tx.snooze.updateMany({ where: { id }, data: ended });
        const { camera, zone, rule, untilAt } = row;
        await unit.audit({
          action: 'end-snooze',
          entity: 'snooze',
          id,
          after: { camera, zone, rule, untilAt },
        });
        await emit(unit, row, 'ended');
        return show(tx, user.account, { ...row, ...ended });
      }),
  };

  async function askForApproval(
    unit: Unit,
    row: SnoozeRow,
    { name }: KnownCamera,
    user: User,
  ): Promise<void> {
    // Of those who approve, the ones who see the camera: others could not open it.
    const approving = await holdersOf(unit.tx, 'snooze:approve');
    const reading = await readHolders(unit.tx, 'camera:read');
    const seeing = new Set(within(reading, 'camera:read', reach.placeOf(row.camera) ?? {}));
    const to = approving.filter((id) => seeing.has(id) && id !== user.account.id);
    await notices.notify(unit, {
      to,
      kind: 'snooze.approval',
      severity: 'warning',
      title: {
        zh: `请批准暂停高风险报警：${name.zh}`,
        en: `Alarms of high severity are to rest: ${name.en}`,
      },
      body: {
        zh: `原因：${row.reason}。批准前高风险违章照常通知和报警。`,
        en: `Because: ${row.reason}. Until it is approved, high severity is told as usual.`,
      },
      link: noticeLink('snooze.approval', row.id),
      subject: { entity: 'snooze', id: row.id },
    });
  }
}

/** Two accounts of one human are one person. */
async function isSamePerson(tx: Transaction, asked: string, { account }: User): Promise<boolean> {
  if (asked === account.id) return true;
  if (account.person === null) return false;
  const other = await tx.appUser.findFirst({ where: { id: asked }, select: { personId: true } });
  return other?.personId === account.person;
}
