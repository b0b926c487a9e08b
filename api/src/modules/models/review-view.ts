import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { StoredFile } from '../../platform/files/types.ts';
import type { WorkflowDefinition, WorkflowTransition } from '../../platform/workflow/definition.ts';
import type { WorkflowStep } from '../../platform/workflow/engine-types.ts';
import { showTransition } from '../hazards/view.ts';
import type { ReviewFigures } from './figures.ts';
import type { ModelReview, modelReviewDetail } from './review-schema.ts';

type Row = Omit<Prisma.ModelReviewModel, 'figures'>;
type Named = { zh: string; en: string };

/** Names that rows only have the ids of. */
export interface Names {
  users: ReadonlyMap<string, Named>;
  versions: ReadonlyMap<string, { name: string; version: string }>;
}

const UNNAMED: Named = { zh: '（已删除）', en: '(removed)' };

export async function namesOf(tx: Transaction, rows: readonly Row[]): Promise<Names> {
  const ids = rows.flatMap(({ assignees, openedBy }) => [
    ...assignees,
    ...(openedBy ? [openedBy] : []),
  ]);
  const users = await tx.appUser.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, displayName: true },
  });
  const versions = await tx.modelVersion.findMany({
    where: { id: { in: rows.flatMap(({ newVersionId }) => newVersionId ?? []) } },
    select: { id: true, name: true, version: true },
  });
  return {
    users: new Map(users.map(({ id, displayName }) => [id, displayName as Named])),
    versions: new Map(versions.map(({ id, ...rest }) => [id, rest])),
  };
}

export function showReview(
  row: Row,
  flow: WorkflowDefinition | undefined,
  { users, versions }: Names,
): ModelReview {
  const who = (id: string) => ({ id, displayName: users.get(id) ?? UNNAMED });
  const { newVersionId } = row;
  const version = newVersionId ? versions.get(newVersionId) : undefined;
  return {
    id: row.id,
    state: row.state,
    version: row.version,
    reason: row.reason,
    stateName: flow?.states.find(({ id }) => id === row.state)?.name ?? UNNAMED,
    openedAt: row.openedAt.toISOString(),
    openedBy: row.openedBy === null ? null : who(row.openedBy),
    dueAt: row.dueAt?.toISOString() ?? null,
    overdue: row.closedAt === null && row.dueAt !== null && row.dueAt.getTime() < Date.now(),
    assignees: row.assignees.map(who),
    closedAt: row.closedAt?.toISOString() ?? null,
    outcome: row.outcome as ModelReview['outcome'],
    newVersion: newVersionId && version ? { id: newVersionId, ...version } : null,
  };
}

export async function showReviewDetail(
  tx: Transaction,
  row: Prisma.ModelReviewModel,
  around: {
    flow: WorkflowDefinition;
    transitions: WorkflowTransition[];
    history: WorkflowStep[];
    files: StoredFile[];
  },
): Promise<z.infer<typeof modelReviewDetail>> {
  const { flow } = around;
  const candidates = await tx.modelVersion.findMany({
    select: { id: true, name: true, version: true },
    orderBy: [{ firstLoadedAt: 'desc' }, { id: 'desc' }],
    take: 50,
  });
  const file = (id: string) => ({
    id,
    name: around.files.find((one) => one.id === id)?.name ?? id,
    url: `/api/v1/files/${id}/content`,
  });
  const nameOf = (list: readonly { id: string; name: Named }[], id: string | null) =>
    list.find((one) => one.id === id)?.name ?? null;
  return {
    ...showReview(row, flow, await namesOf(tx, [row])),
    figures: row.figures as ReviewFigures,
    transitions: around.transitions.map(showTransition),
    candidates,
    history: around.history.map((step) => ({
      version: step.version,
      transition: step.transition,
      to: step.to,
      by: step.by,
      fields: step.fields,
      note: step.note,
      transitionName: nameOf(flow.transitions, step.transition),
      toName: nameOf(flow.states, step.to) ?? UNNAMED,
      at: step.at.toISOString(),
      files: step.files.map(file),
    })),
  };
}
