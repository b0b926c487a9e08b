import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { readInterval } from '../../platform/obligations/schedule.ts';
import { isResponsible } from '../../platform/obligations/view.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import { mayManage } from './check.ts';
import {
  lastRecords,
  type OwnParts,
  type OwnRecord,
  type OwnRow,
  readingAt,
} from './obligations.ts';
import type { OwnView } from './schema.ts';
import { PLANT, readSubjects, type Subject } from './subjects.ts';

const GONE: Bilingual = { zh: '（已删除）', en: '(removed)' };

/** Whether it was due once and is done, or was ended. */
export const stateOf = (row: OwnRow, last: OwnRecord | undefined): OwnView['state'] => {
  if (row.endedAt !== null) return 'ended';
  return row.dueBy === 'once' && last ? 'done' : 'active';
};

async function responsibleName(tx: Transaction, row: OwnRow): Promise<Bilingual | null> {
  const { responsiblePerson, responsibleRole } = row;
  if (responsiblePerson !== null) {
    const person = await tx.person.findFirst({
      where: { id: responsiblePerson },
      select: { name: true },
    });
    return person ? { zh: person.name, en: person.name } : GONE;
  }
  if (responsibleRole === null) return null;
  const role = await tx.role.findFirst({ where: { id: responsibleRole }, select: { name: true } });
  return role ? (role.name as Bilingual) : GONE;
}

/** Whether an account may be the second person: within its reach or responsible, and not who recorded it. */
export function mayConfirm(
  account: Account,
  row: OwnRow,
  subject: Subject | undefined,
  waiting: Pick<OwnRecord, 'byUser'>,
): boolean {
  if (waiting.byUser === account.id || !account.permissions.has('own-obligation:record'))
    return false;
  // Nobody confirms what is done for themselves.
  if (account.person !== null && account.person === row.personId) return false;
  const place = {
    department: subject?.department ?? null,
    site: subject?.site ?? null,
    person: row.personId,
  };
  return (
    isResponsible(account, row) ||
    isWithin(account, reachOf(account, 'own-obligation:record'), place)
  );
}

/** An own obligation as it is answered. */
export async function showOwn(
  tx: Transaction,
  account: Account,
  parts: OwnParts,
  row: OwnRow,
): Promise<OwnView> {
  const subject = (await readSubjects(tx, [row]))(row);
  const last = (await lastRecords(tx, [row.id])).get(row.id);
  const waiting = await tx.ownObligationRecord.findFirst({
    where: { ownId: row.id, state: 'waits' },
  });
  const names = await userNames(
    tx,
    [row.endedBy, waiting?.byUser].flatMap((one) => one ?? []),
  );
  const by = (user: string | null) => (user === null ? null : (names.get(user) ?? null));
  const state = stateOf(row, last);
  const base = last?.hours ?? 0;
  const { n, unit } = readInterval(row.everyText) ?? {};
  return {
    id: row.id,
    title: row.title as { zh: string; en: string },
    subjectKind: row.subjectKind as OwnView['subjectKind'],
    subjectId: row.subjectId ?? row.personId,
    subjectName: subject?.name ?? (row.subjectKind === 'plant' ? PLANT.name : GONE),
    responsiblePerson: row.responsiblePerson,
    responsibleRole: row.responsibleRole,
    responsibleName: await responsibleName(tx, row),
    dueBy: row.dueBy as OwnView['dueBy'],
    condition: row.condition as OwnView['condition'],
    startsOn: dayText(row.startsOn),
    every: n === undefined || unit === undefined ? null : { n, unit },
    rule: row.rule,
    everyHours: row.everyHours,
    startHours: row.startHours,
    leadDays: row.leadDays,
    leadHours: row.leadHours,
    graceDays: row.graceDays,
    needsFile: row.needsFile,
    needsSecond: row.needsSecond,
    secondUntilDone: row.secondUntilDone,
    state,
    ended: row.endedAt && {
      at: row.endedAt.toISOString(),
      by: by(row.endedBy),
      reason: row.endReason ?? '',
    },
    hours:
      row.everyHours === null
        ? null
        : { now: (await readingAt(tx, parts, row, new Date())) - base, due: row.everyHours },
    waiting: waiting && {
      id: waiting.id,
      on: dayText(waiting.doneOn),
      note: waiting.note,
      at: waiting.at.toISOString(),
      by: by(waiting.byUser),
    },
    mayConfirm: waiting !== null && mayConfirm(account, row, subject, waiting),
    mayManage: state === 'active' && mayManage(account, subject),
    version: row.version,
  };
}
