import { DateTime } from 'luxon';
import { ulid } from 'ulid';
import type { z } from 'zod';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { byModels, kindColumn, kindNames } from '../violations/kind.ts';
import { modelOwners } from './owners.ts';
import { seenRightly } from './precision.ts';
import type { modelDrop } from './schema.ts';
import { modelSettingsOf } from './settings.ts';
import { type Share, wilson } from './wilson.ts';

type Drop = z.infer<typeof modelDrop>;
type Judged = Share & { judged: number };

const WEEK_MS = 7 * 86_400_000;
/** Length of the compared windows, weeks. */
export const WINDOW_WEEKS = 4;

/** Verdicts of a rule and version in a time window. */
interface Window {
  confirmed: number;
  dismissed: number;
  reasons: Record<string, number>;
}

/**
 * Whether the recent weeks are significantly worse than the first ones: the whole confidence
 * interval of the recent share is below the version's initial share.
 *
 * @returns null where they are not, or with too few verdicts.
 */
export function findDrop(
  first: Window,
  recent: Window,
  minJudged: number,
): { baseline: Judged; recent: Judged } | null {
  const share = (window: Window): Judged | null => {
    const { right, of } = seenRightly(window);
    const found = of < minJudged ? null : wilson(right, of);
    return found && { ...found, judged: of };
  };
  const before = share(first);
  const now = share(recent);
  return before && now && now.high < before.value ? { baseline: before, recent: now } : null;
}

interface Row {
  rule: string;
  model: string;
  version: string;
  began: Date;
  first: Window;
  recent: Window;
}

/** Compares each rule of each recently active version with its own first weeks. */
function windowsOf(tx: Transaction, now: Date): Promise<Row[]> {
  const since = new Date(now.getTime() - WINDOW_WEEKS * WEEK_MS);
  return tx.$queryRaw<Row[]>`
    WITH lately AS (
      SELECT DISTINCT ${kindColumn} AS rule, v.model_name, v.model_version FROM violation v
      WHERE v.started_at >= ${since} AND ${byModels}
    ), began AS (
      SELECT l.*, (SELECT min(v.started_at) FROM violation v WHERE ${kindColumn} = l.rule
        AND v.model_name = l.model_name AND v.model_version = l.model_version) AS at FROM lately l
    ), verdicts AS (
      SELECT b.rule, b.model_name, b.model_version, b.at, v.status, coalesce(v.review_reason, '') AS reason,
        v.started_at >= ${since} AS recent, count(*)::int AS n
      FROM began b JOIN violation v ON ${kindColumn} = b.rule AND v.model_name = b.model_name
        AND v.model_version = b.model_version AND v.status <> 'pending'
      WHERE b.at + make_interval(weeks => ${WINDOW_WEEKS}::int) <= ${since}
        AND (v.started_at >= ${since} OR v.started_at < b.at + make_interval(weeks => ${WINDOW_WEEKS}::int))
      GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), windows AS (
      SELECT rule, model_name, model_version, at, recent, jsonb_build_object(
        'confirmed', coalesce(sum(n) FILTER (WHERE status = 'confirmed'), 0),
        'dismissed', coalesce(sum(n) FILTER (WHERE status = 'dismissed'), 0),
        'reasons', coalesce(jsonb_object_agg(reason, n) FILTER (WHERE status = 'dismissed'), '{}')) AS counts
      FROM verdicts GROUP BY 1, 2, 3, 4, 5
    )
    SELECT f.rule, f.model_name AS model, f.model_version AS version, f.at AS began,
      f.counts AS first, r.counts AS recent
    FROM windows f JOIN windows r USING (rule, model_name, model_version)
    WHERE NOT f.recent AND r.recent ORDER BY 1, 2, 3`;
}

/** Drops found since then, newest first. */
export async function findDrops(tx: Transaction, since: Date): Promise<Drop[]> {
  const rows = await tx.modelDrop.findMany({
    where: { at: { gte: since } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 200,
  });
  return rows.map((row) => ({
    model: row.modelName,
    version: row.modelVersion,
    rule: row.rule,
    week: row.week.toISOString().slice(0, 10),
    baseline: row.baseline as unknown as Judged,
    recent: row.recent as unknown as Judged,
    at: row.at.toISOString(),
  }));
}

/** Weekly: searches for rules with a lower precision, and notifies the model owners. */
export function createDropWatch(options: { units: Units; notices: Notices; timeZone: string }) {
  const { units, notices, timeZone } = options;

  async function note(
    unit: Unit,
    row: Row,
    found: { baseline: Judged; recent: Judged },
    now: Date,
  ) {
    const { tx, caller } = unit;
    const monday = DateTime.fromJSDate(now, { zone: timeZone }).startOf('week').toISODate();
    const id = ulid();
    const { baseline, recent } = found;
    const { count } = await tx.modelDrop.createMany({
      data: [
        {
          tenantId: caller.tenant,
          id,
          rule: row.rule,
          week: new Date(`${monday}T00:00:00Z`),
          modelName: row.model,
          modelVersion: row.version,
          at: now,
          baseline: { ...baseline },
          recent: { ...recent },
        },
      ],
      skipDuplicates: true,
    });
    if (count === 0) return false;
    const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
    await unit.audit({
      action: 'drop',
      entity: 'model-version',
      id: `${row.model} ${row.version}`,
      after: { rule: row.rule, baseline, recent },
    });
    await unit.emit({
      entity: 'model-version',
      what: 'precision-dropped',
      data: {
        model: row.model,
        version: row.version,
        rule: row.rule,
        baseline: { ...baseline },
        recent: { ...recent },
      },
    });
    const rule = (await kindNames(tx))(row.rule);
    await notices.notify(unit, {
      to: await modelOwners(tx),
      kind: 'model.drop',
      severity: 'warning',
      title: {
        zh: `识别准确率下降：${rule.zh}（${row.model} ${row.version}）`,
        en: `Less precise: ${rule.en} (${row.model} ${row.version})`,
      },
      body: {
        zh: `最近 ${WINDOW_WEEKS} 周 ${recent.judged} 条审核中正确 ${percent(recent.value)}（95 % 区间上限 ${percent(recent.high)}），低于该版本启用初期的 ${percent(baseline.value)}。`,
        en: `Right in ${percent(recent.value)} of ${recent.judged} verdicts of the last ${WINDOW_WEEKS} weeks (95 % interval up to ${percent(recent.high)}); the version began with ${percent(baseline.value)}.`,
      },
      link: noticeLink('model.drop', id),
      subject: { entity: 'model-drop', id },
    });
    return true;
  }

  return {
    /** @returns the number of new ones. */
    look: (tenant: string, now = new Date()): Promise<number> =>
      units.run(systemCaller(tenant), async (unit) => {
        const { minJudged } = await modelSettingsOf(unit.tx);
        let told = 0;
        for (const row of await windowsOf(unit.tx, now)) {
          const found = findDrop(row.first, row.recent, minJudged);
          if (found && (await note(unit, row, found, now))) told++;
        }
        return told;
      }),
  };
}
