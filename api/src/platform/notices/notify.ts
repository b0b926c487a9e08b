import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { channels, severityRank } from './kinds.ts';
import { storedWords } from './times.ts';
import type { Notice, Notices } from './types.ts';

/**
 * Within this time a repetition of the same kind and subject is one notice with a count; a notice may
 * name another.
 */
export const SAME_WITHIN_MINUTES = 10;

/** Called after the commit; listeners push and send. */
export interface NoticeSink {
  written(tenant: string, noticeId: string, users: string[]): void | Promise<void>;
}

/**
 * Writes notices. A rolled back unit has written none.
 *
 * A storm (a fluctuating sensor, fifty reports of one leak) makes one notice with a count: it moves
 * up in the list and is unread again, but is not sent by other channels again. A more severe one,
 * or one with another title, is new: the next task of the same record is no repetition. A unit with
 * notices about several subjects writes them in the order of their ids, to avoid deadlocks.
 */
export function createNotices(sink: NoticeSink): Notices {
  return {
    async notify(unit, notice) {
      const [title, body] = [storedWords(notice.title), storedWords(notice.body)];
      for (const one of separate({ ...notice, title, body })) await notifyTogether(sink, unit, one);
    },
  };
}

/** A notice to recipients who may know of each other. */
interface SharedNotice extends Notice {
  /** Which repetitions it may join. */
  joins: Prisma.Sql;
  /** The others' notice was sent to the robots already. */
  silent?: true;
}

/** One notice, or two where some recipients must stay unknown to the others. */
function separate(notice: Notice): SharedNotice[] {
  const { to, apart = [], sameRecipients } = notice;
  if (apart.length === 0) {
    return [{ ...notice, joins: sameRecipients ? hasRecipients(to) : Prisma.sql`TRUE` }];
  }
  const hasNone = (which: Prisma.Sql) => Prisma.sql`NOT EXISTS (
    SELECT 1 FROM notice_recipient r
    WHERE r.tenant_id = n.tenant_id AND r.notice_id = n.id AND ${which})`;
  const others: SharedNotice = {
    ...notice,
    to: to.filter((id) => !apart.includes(id)),
    joins: hasNone(Prisma.sql`r.user_id = ANY (${[...apart]}::text[])`),
  };
  const own: SharedNotice = {
    ...notice,
    to: to.filter((id) => apart.includes(id)),
    joins: hasNone(Prisma.sql`r.user_id <> ALL (${[...apart]}::text[])`),
  };
  if (own.to.length === 0) return [others];
  return others.to.length === 0 ? [own] : [others, { ...own, silent: true }];
}

/** `notice n` went to these users, as far as they are active, and to nobody else. */
const hasRecipients = (to: readonly string[]): Prisma.Sql => Prisma.sql`(
  ARRAY(SELECT r.user_id::text FROM notice_recipient r
        WHERE r.tenant_id = n.tenant_id AND r.notice_id = n.id ORDER BY 1)
  = ARRAY(SELECT u.id::text FROM app_user u
          WHERE u.tenant_id = n.tenant_id AND u.id = ANY (${[...to]}::text[]) AND u.active ORDER BY 1))`;

async function notifyTogether(sink: NoticeSink, unit: Unit, notice: SharedNotice): Promise<void> {
  const { caller } = unit;
  if (notice.first) {
    const id = newId();
    unit.later(...statementsOf(unit, id, notice, notice.to));
    unit.afterCommit(() => sink.written(caller.tenant, id, notice.to));
    return;
  }
  // Sent together, executed in order.
  const [users, known, isSent] = await Promise.all([
    hold(unit, notice),
    findSame(unit, notice),
    wasSent(unit, notice),
  ]);
  if (isSent) return;
  // A group robot also gets it if none of the people has an account any more.
  const id = known ?? (await write(unit, notice, users));
  if (known) {
    await countAgain(unit, known, notice);
    if (users.length > 0) await addRecipients(unit, id, users);
  }
  unit.afterCommit(() => sink.written(caller.tenant, id, users));
}

/**
 * A concurrent notice about the same subject waits, and then finds this one.
 *
 * @returns the recipients that have an account.
 */
async function hold({ tx, caller }: Unit, { to, kind, subject }: Notice): Promise<string[]> {
  const same = subject ? JSON.stringify([caller.tenant, kind, subject.entity, subject.id]) : null;
  const [row] = await sqlIn(tx)<{ users: string[] }>(Prisma.sql`
    SELECT ARRAY(SELECT id::text FROM app_user WHERE id = ANY(${[...new Set(to)]}) AND active
                 ORDER BY id) AS users,
           pg_advisory_xact_lock(hashtextextended(${same}, 5180600))`);
  return row?.users ?? [];
}

/** After the lock: a statement sees what was committed before it started. */
async function findSame({ tx }: Unit, notice: SharedNotice): Promise<string | null> {
  if (!notice.subject) return null;
  const { sameWithinMinutes = SAME_WITHIN_MINUTES } = notice;
  const { entity, id } = notice.subject;
  const [row] = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT n.id FROM notice n
    WHERE subject_entity = ${entity} AND subject_id = ${id} AND kind = ${notice.kind}
      AND severity = ${notice.severity} AND title = ${JSON.stringify(notice.title)}::jsonb
      AND created_at > now() - make_interval(mins => ${sameWithinMinutes}::int)
      AND ${notice.joins}
    ORDER BY created_at DESC LIMIT 1`);
  return row?.id ?? null;
}

/** After the lock, too. */
async function wasSent({ tx }: Unit, notice: SharedNotice): Promise<boolean> {
  const { kind, subject, onceSince, joins } = notice;
  if (!subject || !onceSince) return false;
  const [row] = await sqlIn(tx)<{ sent: boolean }>(Prisma.sql`
    SELECT EXISTS (SELECT 1 FROM notice n
      WHERE subject_entity = ${subject.entity} AND subject_id = ${subject.id} AND kind = ${kind}
        AND created_at >= ${onceSince} AND ${joins}) AS sent`);
  return row?.sent ?? false;
}

async function write(unit: Unit, notice: SharedNotice, users: string[]): Promise<string> {
  const id = newId();
  const [told, listed, sendings] = statementsOf(unit, id, notice, users);
  await sqlIn(unit.tx)(Prisma.sql`WITH told AS (${told}), listed AS (${listed}) ${sendings}`);
  return id;
}

/** The notice, its list entries, and its deliveries to people and robots. */
function statementsOf(
  { caller }: Unit,
  id: string,
  notice: SharedNotice,
  users: readonly string[],
): [told: Prisma.Sql, listed: Prisma.Sql, sendings: Prisma.Sql] {
  const { tenant } = caller;
  const { kind, severity, title, body, link, subject, times = 1, silent = false } = notice;
  const people = Prisma.sql`unnest(${[...users]}::text[]) AS u`;
  return [
    Prisma.sql`
      INSERT INTO notice (tenant_id, id, kind, severity, title, body, link, subject_entity, subject_id, sender_id, count)
      VALUES (${tenant}, ${id}, ${kind}, ${severity}, ${JSON.stringify(title)}::jsonb,
        ${JSON.stringify(body)}::jsonb, ${link}, ${subject?.entity ?? null}, ${subject?.id ?? null},
        ${caller.account?.id ?? null}, ${times}::int)`,
    Prisma.sql`
      INSERT INTO notice_recipient (tenant_id, notice_id, user_id)
      SELECT ${tenant}, ${id}, u FROM ${people}`,
    Prisma.sql`
      INSERT INTO notice_delivery (tenant_id, notice_id, channel, recipient)
      SELECT ${tenant}, ${id}, c, u FROM ${people}, unnest(${[...channels]}::text[]) AS c
      UNION ALL SELECT ${tenant}, ${id}, 'robot', r.id FROM notice_robot r
      WHERE r."on" AND NOT ${silent}::boolean AND (cardinality(r.kinds) = 0 OR ${kind} = ANY (r.kinds))
        AND CASE r.severity WHEN 'info' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END
            <= ${severityRank(severity)}::int`,
  ];
}

async function countAgain({ tx }: Unit, id: string, notice: Notice): Promise<void> {
  const { title, body, link, times = 1 } = notice;
  await tx.notice.updateMany({
    where: { id },
    data: { title, body, link, lastAt: new Date(), count: { increment: times } },
  });
}

/** New recipients get deliveries; for the others it is a repetition. */
async function addRecipients({ tx, caller }: Unit, id: string, users: string[]): Promise<void> {
  const { tenant } = caller;
  await tx.$executeRaw`
    INSERT INTO notice_recipient (tenant_id, notice_id, user_id)
    SELECT ${tenant}, ${id}, u FROM unnest(${users}::text[]) AS u
    ON CONFLICT (tenant_id, notice_id, user_id)
      DO UPDATE SET at = CURRENT_TIMESTAMP, read_at = NULL`;
  await tx.$executeRaw`
    INSERT INTO notice_delivery (tenant_id, notice_id, channel, recipient)
    SELECT ${tenant}, ${id}, c, u FROM unnest(${users}::text[]) AS u, unnest(${[...channels]}::text[]) AS c
    ON CONFLICT DO NOTHING`;
}
