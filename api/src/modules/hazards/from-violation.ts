import type { Bilingual } from '@anshi/contracts';
import { ulid } from 'ulid';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { kindNames, kindOf } from '../violations/kind.ts';
import { asReader, findingsWithin, seesAll } from '../violations/reach.ts';
import { findWithin, type ViolationRow } from '../violations/repository.ts';
import type { HazardParts } from './parts.ts';
import type { Report } from './report.ts';
import { findHazard, type HazardRow } from './rows.ts';

export async function findOfViolation(
  tx: Transaction,
  violationId: string,
): Promise<HazardRow | null> {
  const link = await tx.hazardLink.findFirst({
    where: { entity: 'violation', entityId: violationId },
  });
  return link ? findHazard(tx, link.hazardId) : null;
}

/** @throws Problem `violation.unknown`, also where the account may not see it. */
export async function visibleViolation(
  tx: Transaction,
  account: Account,
  id: string,
): Promise<ViolationRow> {
  const found = account.permissions.has('violation:read')
    ? await findWithin(tx, asReader(account), id)
    : null;
  if (!found) throw new Problem('violation.unknown');
  return found;
}

/** Of the violations of some hazards, those whose picture the account may see. */
export async function cameraShown(
  tx: Transaction,
  account: Account,
  hazards: readonly HazardRow[],
): Promise<ReadonlySet<string>> {
  const ids = hazards.flatMap(({ links }) =>
    links.flatMap(({ entity, id }) => (entity === 'violation' ? [id] : [])),
  );
  if (ids.length === 0 || !account.permissions.has('violation:read')) return new Set();
  const reader = asReader(account);
  if (seesAll(reader)) return new Set(ids);
  const found = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT v.id FROM violation v
    WHERE v.id = ANY (${ids}::text[]) AND ${findingsWithin(reader, 'one')}`);
  return new Set(found.map(({ id }) => id));
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
  const violation = await visibleViolation(tx, account, violationId);
  if (violation.status !== 'confirmed') throw new Problem('violation.not-confirmed');
  const types = await tx.hazardType.findMany({ where: { active: true }, orderBy: { sort: 'asc' } });
  // A type for the one item says more than one for all.
  const kind = kindOf(violation);
  const type =
    types.find((one) => one.violationRules.includes(kind)) ??
    types.find((one) => one.violationRules.includes(violation.rule)) ??
    types.at(-1);
  if (!type) throw new Problem('hazard.type-unknown');
  const camera = violation.cameraName as Bilingual;
  const zone = (violation.zoneName ?? violation.lineName) as Bilingual | null;
  const floor = violation.floor as [number, number] | null;
  const floorPlan = floorPlanOf(violation.camera);
  return {
    id: ulid(),
    // In the plant's language; the dashboard translates the rule for each reader.
    title: `${camera.zh}：${(await kindNames(tx))(kind).zh}`.slice(0, 120),
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
