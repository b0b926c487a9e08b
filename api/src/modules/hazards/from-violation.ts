import { ulid } from 'ulid';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { HazardParts } from './parts.ts';
import type { Report } from './report.ts';
import { findHazard, type HazardRow } from './rows.ts';

type Bilingual = { zh: string; en: string };

/** Titles in the plant's language; the dashboard translates the rule for each reader. */
const rules: Record<string, string> = {
  'missing-helmet': '未戴安全帽',
  'missing-vest': '未穿反光衣',
  'zone-intrusion': '闯入禁入区域',
  'line-crossing': '越过警戒线',
  'person-down': '人员倒地',
  'hand-in-danger': '手伸入危险区',
  running: '在车间奔跑',
  climbing: '攀爬翻越护栏',
  'phone-use': '作业时使用手机',
};

export async function findOfViolation(
  tx: Transaction,
  violationId: string,
): Promise<HazardRow | null> {
  const link = await tx.hazardLink.findFirst({
    where: { entity: 'violation', entityId: violationId },
  });
  return link ? findHazard(tx, link.hazardId) : null;
}

/**
 * The report made from a violation: type and level by the rule, place by the person's position.
 * Snapshot and clip stay with the violation.
 *
 * @throws Problem `violation.unknown`, `violation.not-confirmed`
 */
export async function describeViolation(
  tx: Transaction,
  { floorPlanOf }: Pick<HazardParts, 'floorPlanOf'>,
  account: Account,
  violationId: string,
): Promise<Report> {
  const violation = account.permissions.has('violation:read')
    ? await tx.violation.findFirst({ where: { id: violationId } })
    : null;
  if (!violation) throw new Problem('violation.unknown');
  if (violation.status !== 'confirmed') throw new Problem('violation.not-confirmed');
  const types = await tx.hazardType.findMany({ where: { active: true }, orderBy: { sort: 'asc' } });
  const type = types.find((one) => one.violationRules.includes(violation.rule)) ?? types.at(-1);
  if (!type) throw new Problem('hazard.type-unknown');
  const camera = violation.cameraName as Bilingual;
  const zone = (violation.zoneName ?? violation.lineName) as Bilingual | null;
  const floor = violation.floor as [number, number] | null;
  const floorPlan = floorPlanOf(violation.camera);
  return {
    id: ulid(),
    title: `${camera.zh}：${rules[violation.rule] ?? violation.rule}`.slice(0, 120),
    description: zone ? `${zone.zh} / ${zone.en}` : '',
    type: type.id,
    // A suggestion for the reviewer, who sets the level.
    suggestedLevel: violation.severity === 'high' ? 'major' : 'general',
    site: violation.site,
    ...(floorPlan ? { floorPlan } : {}),
    ...(floorPlan && floor ? { position: floor } : {}),
    foundAt: violation.confirmedAt.toISOString(),
    fileIds: [],
    violationId,
    links: [],
    source: 'camera',
    device: violation.source.slice(0, 200),
  };
}
