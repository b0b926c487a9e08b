import { DateTime } from 'luxon';
import { ulid } from 'ulid';
import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import { fireAction, recordService, textOf } from '../../platform/workflow/record.ts';
import { caseColumns, flowsOf } from '../../platform/workflow/record-columns.ts';
import { requireBench } from './bench-evidence.ts';
import { currentFigures } from './figures.ts';
import { MODEL_REVIEW } from './flow.ts';
import type { ModelReviewDetail, ReviewAction, reviewList } from './review-schema.ts';
import { historyView, namesOf, showReview, showReviewDetail } from './review-view.ts';
import { modelSettingsOf } from './settings.ts';
import { MODEL_VERSION, writeDecision } from './versions.ts';

type User = Caller & { account: Account };
type Row = Prisma.ModelReviewModel;
export type ModelReviews = ReturnType<typeof createModelReviews>;

/** The step that activates another version; a tenant may rename it, and keeps its id. */
const REPLACE = 'replace';

/**
 * The half-yearly review of the models (算法每半年升级): a task with current figures, which ends with keep
 * or replace, and may request training in between.
 */
export function createModelReviews(options: {
  units: Units;
  workflows: Workflows;
  files: Pick<Files, 'attach' | 'of' | 'read'>;
  timeZone: string;
}) {
  const { units, workflows, files, timeZone } = options;

  workflows.follow(MODEL_REVIEW, async (unit, found, change) => {
    // The row is written after the case was started, and closed by `step` with its outcome.
    if (change === 'started' || found.closedAt) return;
    await unit.tx.modelReview.updateMany({
      where: { id: found.subject.id },
      data: caseColumns(found),
    });
  });

  async function openOne(unit: Unit, now: Date): Promise<string> {
    const { tx, caller } = unit;
    await lockReviews(unit);
    if (await tx.modelReview.findFirst({ where: { closedAt: null } })) {
      throw new Problem('model.review-open');
    }
    const last = await lastReview(tx);
    const figures = await currentFigures(tx, { now, lastReview: last, timeZone });
    const id = ulid();
    const day = DateTime.fromJSDate(now, { zone: timeZone }).toISODate();
    const found = await workflows.start(unit, {
      definition: MODEL_REVIEW,
      subject: { entity: MODEL_REVIEW, id },
      belonging: {},
      parts: {},
      title: { zh: `识别模型复审 ${day}`, en: `Review of the models ${day}` },
      link: `/admin/models/reviews/${id}`,
    });
    await tx.modelReview.createMany({
      data: [
        {
          tenantId: caller.tenant,
          id,
          ...caseColumns(found),
          openedAt: now,
          figures: figures as unknown as Prisma.InputJsonObject,
          openedBy: caller.account?.id ?? null,
        },
      ],
    });
    const { versions, labels, drops } = figures;
    await unit.audit({
      action: 'create',
      entity: MODEL_REVIEW,
      id,
      after: {
        versions: versions.map(({ name, version }) => `${name} ${version}`),
        dueAt: found.dueAt,
        newPictures: labels.pictures,
        drops: drops.length,
      },
    });
    return id;
  }

  async function read(unit: Unit, id: string) {
    const row = await unit.tx.modelReview.findFirst({ where: { id } });
    if (!row) throw new Problem('model.review-unknown');
    return row;
  }

  async function show(unit: Unit, account: Account, row: Row): Promise<ModelReviewDetail> {
    const [flow, transitions] = await Promise.all([
      workflows.definition(unit.tx, MODEL_REVIEW, row.flowVersion),
      workflows.available(unit, account, { id: row.caseId }),
    ]);
    return showReviewDetail(unit.tx, row, { flow, transitions });
  }

  /**
   * The effect of a step on the models: a replacement activates the new version, with its reason.
   */
  async function step(unit: Unit, row: Row, action: ReviewAction): Promise<Row> {
    const { tx } = unit;
    const { id } = row;
    const attached = await files.attach(unit, action.fileIds, {
      entity: MODEL_REVIEW,
      id,
      role: 'bench',
    });
    const reason = textOf(action, 'reason');
    let newVersionId: string | null = null;
    let missedReason: string | null = null;
    if (action.transition === REPLACE) {
      const version = await tx.modelVersion.findFirst({
        where: { id: textOf(action, 'new-version') },
      });
      if (!version) {
        throw new Problem('model.version-unknown', undefined, {
          errors: [
            fieldError(
              'fields.new-version',
              '请填写工作进程已上报的版本。',
              'Name a version that a worker announced.',
            ),
          ],
        });
      }
      missedReason = await requireBench(files, unit.caller.tenant, attached, version, action);
      newVersionId = version.id;
    }
    const found = await fireAction(workflows, unit, row, action);
    if (found.closedAt) {
      const outcome = newVersionId ? 'replace' : 'keep';
      await tx.modelReview.updateMany({
        where: { id },
        data: { ...caseColumns(found), outcome, reason, newVersionId },
      });
    }
    if (newVersionId) {
      await activate(unit, newVersionId, { reason, missedReason, id, files: action.fileIds });
    }
    return read(unit, id);
  }

  /** An already active version stays so: reason and evidence are those of the review. */
  async function activate(
    unit: Unit,
    version: string,
    given: { reason: string; missedReason: string | null; id: string; files: string[] },
  ): Promise<void> {
    const { reason, missedReason, id, files: fileIds } = given;
    const newest = await unit.tx.modelDecision.findFirst({
      where: { modelVersionId: version },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
    });
    if (newest?.decision !== 'activated') {
      await writeDecision(unit, {
        modelVersionId: version,
        decision: 'activated',
        reason,
        files: fileIds,
        reviewId: id,
        missedReason,
      });
    } else if (missedReason !== null) {
      await unit.audit({
        action: 'activate',
        entity: MODEL_VERSION,
        id: version,
        after: { reviewId: id, files: fileIds, missedReason },
        reason,
      });
    }
  }

  const record = recordService<Row, ReviewAction, ModelReviewDetail>({
    definition: MODEL_REVIEW,
    units,
    workflows,
    read: (unit, _account, id) => read(unit, id),
    show,
    act: (unit, _account, row, action) => step(unit, row, action),
    history: ({ tx }, _account, row) => historyView(tx, files, row.id),
    assignable: () => ({ permission: 'model:manage', department: null }),
  });

  return {
    record,

    list: (user: User): Promise<z.infer<typeof reviewList>> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const rows = await tx.modelReview.findMany({
          omit: { figures: true },
          orderBy: { openedAt: 'desc' },
          take: 100,
        });
        const names = await namesOf(tx, rows);
        const flows = await flowsOf(workflows, tx, MODEL_REVIEW, rows);
        const next = await nextReviewAt(tx, timeZone);
        return {
          items: rows.map((row) => showReview(row, flows.get(row.flowVersion), names)),
          nextAt: next?.toISOString() ?? null,
        };
      }),

    get: (user: User, id: string): Promise<ModelReviewDetail> =>
      units.run(user, async (unit) => show(unit, user.account, await read(unit, id))),

    /** Opens an unscheduled review. */
    open: (user: User): Promise<ModelReviewDetail> =>
      units.run(user, async (unit) => {
        const id = await openOne(unit, new Date());
        return show(unit, user.account, await read(unit, id));
      }),

    /** Daily: opens the due review. */
    openByCalendar: (tenant: string, now = new Date()): Promise<string | null> =>
      units.run(systemCaller(tenant), async (unit) => {
        await lockReviews(unit);
        const at = await nextReviewAt(unit.tx, timeZone);
        return at !== null && at <= now ? openOne(unit, now) : null;
      }),
  };
}

/** A tenant's reviews are opened one at a time, manually and by schedule. */
const lockReviews = ({ tx, caller }: Unit) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${caller.tenant}, 5190203))::text`;

async function lastReview(tx: Transaction): Promise<Date | null> {
  const row = await tx.modelReview.findFirst({
    orderBy: { openedAt: 'desc' },
    select: { openedAt: true },
  });
  return row?.openedAt ?? null;
}

/**
 * When the schedule opens the next review: the configured months after the last one was opened; the
 * first, after the newest activation. Null while one is open, and where no model ever ran.
 */
export async function nextReviewAt(tx: Transaction, timeZone: string): Promise<Date | null> {
  if (await tx.modelReview.findFirst({ where: { closedAt: null }, select: { id: true } }))
    return null;
  const { reviewMonths } = await modelSettingsOf(tx);
  const newest = await tx.modelDecision.findFirst({
    where: { decision: 'activated' },
    orderBy: { at: 'desc' },
    select: { at: true },
  });
  const from = (await lastReview(tx)) ?? newest?.at;
  if (!from) return null;
  return DateTime.fromJSDate(from, { zone: timeZone }).plus({ months: reviewMonths }).toJSDate();
}
