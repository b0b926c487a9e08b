import type { Bilingual } from '@anshi/contracts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { fileLinksOf } from '../../platform/kit/rows.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { kindOf } from '../violations/kind.ts';
import { barredOf } from './barred.ts';
import { OBJECTION } from './flow.ts';
import { readsFileOf, seesEvidenceOf } from './reach.ts';
import { type EntryRow, objectUntilOf, stateOf } from './rows.ts';
import type { Entry } from './schema.ts';

type Who = { id: string; displayName: Bilingual };

/** Entries as those see them who may; who may object is the person alone. */
export async function showEntries(
  tx: Transaction,
  account: Account,
  rows: readonly EntryRow[],
  now = new Date(),
): Promise<Entry[]> {
  if (rows.length === 0) return [];
  const ids = <Of>(of: (row: EntryRow) => Of) => [...new Set(rows.map(of))];
  const people = await tx.person.findMany({
    where: { id: { in: ids(({ personId }) => personId) } },
    select: { id: true, name: true },
  });
  const sites = await tx.site.findMany({ where: { id: { in: ids(({ site }) => site) } } });
  const files = await tx.violation.findMany({
    where: { id: { in: ids(({ violationId }) => violationId) } },
    select: {
      id: true,
      trade: true,
      tradeName: true,
      snapshotSha256: true,
      snapshotBlurredSha256: true,
      snapshotBlurFailed: true,
      snapshotWidth: true,
      snapshotHeight: true,
      clipSha256: true,
      clipBlurredSha256: true,
      clipBlurFailed: true,
    },
  });
  const accounts = await tx.appUser.findMany({
    where: { personId: { in: ids(({ personId }) => personId) }, active: true },
    select: { personId: true },
  });
  const scans = await fileLinksOf(
    tx,
    OBJECTION,
    rows.flatMap(({ objection }) => objection?.id ?? []),
  );
  const hasAccount = (row: EntryRow) => accounts.some(({ personId }) => personId === row.personId);
  const evidence = await seesEvidenceOf(tx, account, rows);
  const keeping = await keepingOf(
    tx,
    account,
    rows.filter((row) => stateOf(row) === 'in-force' && !hasAccount(row)),
  );
  return rows.map((row): Entry => {
    const state = stateOf(row);
    const objectUntil = objectUntilOf(row);
    // Words of the reviewer may name others who could have been the one.
    const seesReason =
      account.person !== row.personId &&
      (['violation:review', 'objection:decide'] as const).some((one) =>
        account.permissions.has(one),
      );
    const violation = files.find(({ id }) => id === row.violationId);
    const file = evidence.has(row.id) ? violation : undefined;
    const url = `/api/v1/safety-entries/${row.id}`;
    const shown = {
      id: row.id,
      person: {
        id: row.personId,
        name: people.find(({ id }) => id === row.personId)?.name ?? '',
      },
      violation: row.violationId,
      kind: kindOf(row),
      kindName: row.kindName,
      trade: violation?.trade ? { id: violation.trade, name: violation.tradeName } : null,
      ruleId: row.ruleId,
      severity: row.severity,
      model: { name: row.modelName, version: row.modelVersion },
      modelLog: row.modelLogId,
      startedAt: row.startedAt.toISOString(),
      site: row.site,
      siteName: sites.find(({ id }) => id === row.site)?.name ?? null,
      area: row.areaId === null ? null : { id: row.areaId, name: row.areaName },
      camera: row.camera,
      cameraName: row.cameraName,
      zoneName: row.zoneName,
      floorPlan: row.floorPlan,
      floor: row.floor,
      confidence: row.confidence,
      identified: {
        basis: row.basis,
        reason: seesReason ? row.basisReason : null,
        posterior: row.posterior,
        explanation: row.explanation,
      },
      reviewer: { id: row.reviewerId, displayName: row.reviewerName },
      reviewNote: row.reviewNote,
      reviewedAt: row.reviewedAt.toISOString(),
      writtenAt: row.writtenAt.toISOString(),
      state,
      changes: row.changes.map(({ kind, reason, byUser, byName, at }) => ({
        kind,
        reason,
        by: byUser === null ? null : { id: byUser, displayName: byName },
        at: at.toISOString(),
      })),
      fromCorrection: row.correctionId !== null,
      objectUntil: objectUntil?.toISOString() ?? null,
      mayObject:
        account.person === row.personId &&
        state === 'in-force' &&
        row.objection === null &&
        (objectUntil === null || now < objectUntil),
      told: row.told,
      hasAccount: hasAccount(row),
      keeping: keeping.get(row.id) ?? 'none',
      telling: row.telling && {
        on: dayText(row.telling.toldOn),
        how: row.telling.how,
        by: { id: row.telling.byUser, displayName: row.telling.byName },
        at: row.telling.at.toISOString(),
      },
      objection: row.objection && {
        id: row.objection.id,
        state: row.objection.state,
        text: row.objection.text,
        filedAt: row.objection.filedAt.toISOString(),
        how: row.objection.how,
        saidOn: row.objection.saidOn && dayText(row.objection.saidOn),
        files: scans.get(row.objection.id) ?? [],
        dueAt:
          row.objection.closedAt === null ? (row.objection.dueAt?.toISOString() ?? null) : null,
        ...decisionOf(row.objection),
      },
      snapshot:
        file?.snapshotSha256 == null
          ? null
          : {
              url: `${url}/snapshot`,
              rendition: renditionOf(file.snapshotBlurredSha256, file.snapshotBlurFailed),
              width: file.snapshotWidth ?? 16,
              height: file.snapshotHeight ?? 9,
            },
      clip:
        file?.clipSha256 == null
          ? null
          : {
              url: `${url}/clip`,
              rendition: renditionOf(file.clipBlurredSha256, file.clipBlurFailed),
            },
    };
    // The columns hold data of a violation, which the event's schema validated.
    return shown as Entry;
  });
}

/** Whether an account may record for people without an account, by entry; entries out of its reach are left out. */
async function keepingOf(
  tx: Transaction,
  account: Account,
  rows: readonly EntryRow[],
): Promise<ReadonlyMap<string, Entry['keeping']>> {
  const keeps = new Map<string, boolean>();
  for (const personId of new Set(rows.map((row) => row.personId))) {
    keeps.set(personId, await readsFileOf(tx, account, personId, 'safety-file:keep'));
  }
  const kept = rows.filter(({ personId }) => keeps.get(personId));
  const barred = await barredOf(tx, account, kept);
  return new Map(kept.map(({ id }) => [id, barred.has(id) ? 'barred' : 'may']));
}

/** The decision on an objection; all null before it. */
export const decisionOf = ({
  reason,
  decidedBy,
  decidedByName,
  decidedAt,
}: Pick<
  NonNullable<EntryRow['objection']>,
  'reason' | 'decidedBy' | 'decidedByName' | 'decidedAt'
>) => ({
  reason,
  decidedBy: decidedBy === null ? null : ({ id: decidedBy, displayName: decidedByName } as Who),
  decidedAt: decidedAt?.toISOString() ?? null,
});

const renditionOf = (blurred: string | null, failed: string | null) =>
  blurred !== null ? 'ready' : failed !== null ? 'failed' : 'being-made';
