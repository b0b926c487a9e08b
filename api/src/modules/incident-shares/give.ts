import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import { type Account, actorOf } from '../../platform/access/account.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noteCreated, requireVersion } from '../../platform/kit/save.ts';
import { contains } from '../../platform/kit/sql.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import { type IncidentRow, withMerged } from '../incidents/rows.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { asReader } from '../violations/reach.ts';
import type { Givers, KnownGivers } from './givers.ts';
import type { candidateList, IncidentShare, ShareRequest, shareList } from './schema.ts';

export type ShareRow = Prisma.IncidentShareModel;

const LONGEST_MS = 30 * 86_400_000;
const MOST_LISTED = 50;
const MOST_CANDIDATES = 20;
/** A code cannot be guessed; that it names accounts is what refuses others. */
const CODE_BYTES = 24;
/** A code of a link. */
export const newCode = (): string => randomBytes(CODE_BYTES).toString('base64url');

/** Whether the recipients of a link can open it. */
export const isOpen = ({ untilAt, endedAt }: ShareRow, now = Date.now()): boolean =>
  endedAt === null && untilAt.getTime() > now;

export type ShareGiving = ReturnType<typeof createShareGiving>;

/** Giving named accounts a link to an incident, and seeing who looked. */
export function createShareGiving({
  units,
  database,
  notices,
  incidents,
  givers,
}: {
  units: Units;
  database: Database;
  notices: Notices;
  givers: Givers;
  incidents: Pick<IncidentsService, 'findWhole'>;
}) {
  /** An account gives only what it sees whole. */
  function find(tx: Transaction, account: Account, id: string): Promise<IncidentRow> {
    if (!account.permissions.has('violation:read')) throw new Problem('incident.unknown');
    return incidents.findWhole(tx, id, asReader(account));
  }

  async function show(
    tx: Transaction,
    rows: readonly ShareRow[],
    known: KnownGivers,
  ): Promise<IncidentShare[]> {
    const stopped = new Set<string>();
    for (const row of rows) {
      if (isOpen(row) && (await givers.lost(tx, known, row)) !== null) stopped.add(row.id);
    }
    const recipients = await tx.incidentShareRecipient.findMany({
      where: { shareId: { in: rows.map(({ id }) => id) } },
      orderBy: { userId: 'asc' },
    });
    const names = await userNames(tx, [
      ...rows.flatMap(({ byUser, endedBy }) => (endedBy ? [byUser, endedBy] : [byUser])),
      ...recipients.map(({ userId }) => userId),
    ]);
    const person = (id: string) => ({ id, name: names.get(id) ?? null });
    return rows.map((row) => {
      const own = recipients.filter(({ shareId }) => shareId === row.id);
      const { id, code, reason, byUser, at, untilAt, endedAt, endedBy, version } = row;
      return {
        id,
        code,
        reason,
        by: person(byUser),
        at: at.toISOString(),
        untilAt: untilAt.toISOString(),
        ended: endedAt && endedBy ? { by: person(endedBy), at: endedAt.toISOString() } : null,
        isOpen: isOpen(row) && !stopped.has(id),
        isStopped: stopped.has(id),
        views: own.reduce((sum, { views }) => sum + views, 0),
        recipients: own.map(({ userId, views, firstAt, lastAt }) => ({
          account: person(userId),
          views,
          firstAt: firstAt?.toISOString() ?? null,
          lastAt: lastAt?.toISOString() ?? null,
        })),
        version,
      };
    });
  }
  const showOne = async (
    tx: Transaction,
    row: ShareRow,
    known: KnownGivers,
  ): Promise<IncidentShare> => (await show(tx, [row], known))[0] as IncidentShare;

  return {
    /** The links that were given to an incident, also those that ended. */
    async list(account: Account, id: string): Promise<z.infer<typeof shareList>> {
      const incidents = await database.transaction(actorOf(account), async (tx) =>
        withMerged(tx, (await find(tx, account, id)).id),
      );
      const where = { incidentId: { in: incidents } };
      const known = await givers.of(account, where);
      return database.transaction(actorOf(account), async (tx) => {
        const rows = await tx.incidentShare.findMany({
          where,
          orderBy: { id: 'desc' },
          take: MOST_LISTED,
        });
        return { items: await show(tx, rows, known) };
      });
    },

    /** Accounts that a link can name. */
    candidates: (
      account: Account,
      id: string,
      q: string | undefined,
    ): Promise<z.infer<typeof candidateList>> =>
      database.transaction(actorOf(account), async (tx) => {
        await find(tx, account, id);
        const named = (language: string) => ({
          displayName: { path: [language], string_contains: q ?? '', mode: 'insensitive' as const },
        });
        const users = await tx.appUser.findMany({
          where: {
            active: true,
            id: { not: account.id },
            ...(q ? { OR: [{ username: contains(q) }, named('zh'), named('en')] } : {}),
          },
          select: { id: true, username: true, displayName: true },
          orderBy: { username: 'asc' },
          take: MOST_CANDIDATES,
        });
        return {
          items: users.map(({ displayName, ...one }) => ({
            ...one,
            name: displayName as { zh: string; en: string },
          })),
        };
      }),

    /** @throws Problem `incident-share.until`, `incident-share.recipient`. */
    give: (user: User, id: string, request: ShareRequest): Promise<IncidentShare> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account, tenant } = user;
        const incident = await find(tx, account, id);
        const untilAt = new Date(request.untilAt);
        const ms = untilAt.getTime() - Date.now();
        if (!(ms > 0 && ms <= LONGEST_MS)) throw new Problem('incident-share.until');
        const recipients = [...new Set(request.recipients)];
        const known = await tx.appUser.count({ where: { id: { in: recipients }, active: true } });
        if (known !== recipients.length || recipients.includes(account.id)) {
          throw new Problem('incident-share.recipient');
        }
        const { reason } = request;
        const row = await tx.incidentShare.create({
          data: {
            tenantId: tenant,
            id: newId(),
            incidentId: incident.id,
            code: newCode(),
            reason,
            byUser: account.id,
            untilAt,
          },
        });
        await tx.incidentShareRecipient.createMany({
          data: recipients.map((userId) => ({ tenantId: tenant, shareId: row.id, userId })),
        });
        const after = { incident: incident.id, recipients, untilAt: request.untilAt, reason };
        await noteCreated(unit, { entity: 'incident-share', id: row.id, after });
        const { zh, en } = account.displayName;
        await notices.notify(unit, {
          to: recipients,
          kind: 'incident-share.given',
          severity: 'info',
          title: { zh: `${zh}向你提供了一起违章事件`, en: `${en} gave you a link to an incident` },
          body: { zh: reason, en: reason },
          link: noticeLink('incident-share.given', row.code),
          subject: { entity: 'incident-share', id: row.id },
        });
        return showOne(tx, row, new Map([[account.id, account]]));
      }),

    /** Ends a link before its time. One that has ended stays as it is. */
    async end(user: User, id: string, version: number): Promise<IncidentShare> {
      const known = await givers.of(user.account, { id });
      return units.run(user, async (unit) => {
        const { tx } = unit;
        await tx.$queryRaw`SELECT 1 FROM incident_share WHERE id = ${id} FOR UPDATE`;
        const row = await tx.incidentShare.findFirst({ where: { id } });
        if (!row) throw new Problem('incident-share.gone');
        await find(tx, user.account, row.incidentId).catch((error: unknown) => {
          throw error instanceof Problem ? new Problem('incident-share.gone') : error;
        });
        if (!isOpen(row)) return showOne(tx, row, known);
        requireVersion(
          'incident-share.version-conflict',
          row,
          version,
          await showOne(tx, row, known),
        );
        const ended = { endedAt: new Date(), endedBy: user.account.id, version: version + 1 };
        await tx.incidentShare.updateMany({ where: { id }, data: ended });
        const after = { incident: row.incidentId };
        await unit.audit({ action: 'end-link', entity: 'incident-share', id, after });
        return showOne(tx, { ...row, ...ended }, known);
      });
    },
  };
}
