import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Files } from '../../platform/files/types.ts';
import type { WorkflowDefinition, WorkflowTransition } from '../../platform/workflow/definition.ts';
import {
  type HistoryView,
  REMOVED,
  showCase,
  showTransition,
  type Names as UserNames,
  userNames,
} from '../../platform/workflow/record-view.ts';
import type { ReviewFigures } from './figures.ts';
import { MODEL_REVIEW } from './flow.ts';
import type { ModelReview, ModelReviewDetail } from './review-schema.ts';

type Row = Omit<Prisma.ModelReviewModel, 'figures'>;

/** Names for the ids in rows. */
export interface Names {
  users: UserNames;
  versions: ReadonlyMap<string, { name: string; version: string }>;
}

export async function namesOf(tx: Transaction, rows: readonly Row[]): Promise<Names> {
  const ids = rows.flatMap(({ assignees, openedBy }) => [
    ...assignees,
    ...(openedBy ? [openedBy] : []),
  ]);
  const versions = await tx.modelVersion.findMany({
    where: { id: { in: rows.flatMap(({ newVersionId }) => newVersionId ?? []) } },
    select: { id: true, name: true, version: true },
  });
  return {
    users: await userNames(tx, ids),
    versions: new Map(versions.map(({ id, ...rest }) => [id, rest])),
  };
}

export function showReview(
  row: Row,
  flow: WorkflowDefinition | undefined,
  { users, versions }: Names,
): ModelReview {
  const { newVersionId, openedBy } = row;
  const version = newVersionId ? versions.get(newVersionId) : undefined;
  return {
    id: row.id,
    ...showCase(row, flow, users),
    reason: row.reason,
    openedAt: row.openedAt.toISOString(),
    openedBy:
      openedBy === null ? null : { id: openedBy, displayName: users.get(openedBy) ?? REMOVED },
    outcome: row.outcome as ModelReview['outcome'],
    newVersion: newVersionId && version ? { id: newVersionId, ...version } : null,
  };
}

export async function showReviewDetail(
  tx: Transaction,
  row: Prisma.ModelReviewModel,
  { flow, transitions }: { flow: WorkflowDefinition; transitions: WorkflowTransition[] },
): Promise<ModelReviewDetail> {
  const candidates = await tx.modelVersion.findMany({
    select: { id: true, name: true, version: true },
    orderBy: [{ firstLoadedAt: 'desc' }, { id: 'desc' }],
    take: 50,
  });
  return {
    ...showReview(row, flow, await namesOf(tx, [row])),
    figures: row.figures as ReviewFigures,
    transitions: transitions.map(showTransition),
    candidates,
  };
}

/** The steps with bench results, and version names. */
export async function historyView(
  tx: Transaction,
  files: Pick<Files, 'of'>,
  id: string,
): Promise<HistoryView> {
  const [attached, versions] = await Promise.all([
    files.of(tx, MODEL_REVIEW, id),
    tx.modelVersion.findMany({ select: { id: true, name: true, version: true } }),
  ]);
  const named = new Map(versions.map((one) => [one.id, `${one.name} ${one.version}`]));
  return {
    file(fileId) {
      const found = attached.find((one) => one.id === fileId);
      if (!found) return null;
      const url = `/api/v1/files/${fileId}/content`;
      return { id: fileId, kind: found.kind, name: found.name, url, previewUrl: null };
    },
    nameOf(field, value) {
      const name = field === 'new-version' ? named.get(value) : undefined;
      return name === undefined ? null : { zh: name, en: name };
    },
  };
}
