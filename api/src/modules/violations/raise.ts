import { type Bilingual, NO_CAMERA, type Severity, type ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { keepCandidates } from './identity.ts';
import {
  NOT_TAKEN,
  type OwnClipMissingReason,
  type UnqualifiedOperator,
} from './operator-schema.ts';
import type { ViolationRow } from './repository.ts';

/** Sender of what the API itself records: no worker has a name like it. */
export const OWN_SOURCE = '/api/operators';
/** What stands where others name the model that detected it. */
const MATCHER = { name: 'matcher', version: '1' };
const RULE = 'unqualified-operator';

/** An unqualified operator, as it was found. */
export interface Raised {
  site: string;
  areaId: string | null;
  /** Camera and zone that see the place of the machine, whose clip is awaited; null where none does. */
  seen: { camera: string; cameraName: Bilingual; zone: string; zoneName: Bilingual } | null;
  startedAt: Date;
  operator: UnqualifiedOperator;
  severity: Severity;
  machineAt: Date;
  identity: ViolationIdentity | null;
  /** Who signed on; named by the sign-on, and by no badge that was followed. */
  person: string | null;
  /** The binding of the card of that sign-on; null for one by a code. */
  binding: string | null;
  /** Who wears the badge that the identity has as its candidate. */
  candidates: readonly { handle: string; person: string }[];
}

/**
 * Records an unqualified operator as a violation of the machine. The caller holds the site, places the finding and emits.
 */
export async function raiseViolation(
  tx: Transaction,
  tenantId: string,
  raised: Raised,
  now: Date,
): Promise<ViolationRow> {
  const { seen, operator, identity, person } = raised;
  const noCamera = 'No camera sees the place of this machine.';
  const noPicture = 'It was found from sign-ons and positions: no picture was taken for it.';
  const row = await tx.violation.create({
    data: {
      tenantId,
      id: newId(),
      source: OWN_SOURCE,
      rule: RULE,
      ruleId: RULE,
      severity: raised.severity,
      camera: seen?.camera ?? NO_CAMERA,
      cameraName: seen?.cameraName ?? { zh: '无摄像机覆盖', en: 'No camera covers it' },
      site: raised.site,
      areaId: raised.areaId,
      zone: seen?.zone ?? null,
      zoneName: seen?.zoneName ?? Prisma.DbNull,
      startedAt: raised.startedAt,
      confirmedAt: now,
      confidence: 1,
      subject: 'machine',
      tracks: [],
      path: [],
      arming: {
        by: 'machine',
        machine: {
          machine: operator.machine,
          state: 'running',
          at: raised.machineAt.toISOString(),
        },
      },
      identity: identity ?? Prisma.DbNull,
      personId: person,
      personBasis: person === null ? null : 'session',
      personBadgeId: person === null ? null : raised.binding,
      operator,
      modelName: MATCHER.name,
      modelVersion: MATCHER.version,
      snapshotMissingReason: NOT_TAKEN,
      snapshotMissingMessage: seen ? noPicture : noCamera,
      // Null while the clip is awaited.
      clipMissingReason: seen ? null : ('no-camera' satisfies OwnClipMissingReason),
      clipMissingMessage: seen ? null : noCamera,
    },
  });
  await keepCandidates(tx, tenantId, row.id, raised.candidates);
  return row;
}

/**
 * Notes the end of what {@link raiseViolation} recorded.
 *
 * @returns null where it is not there, or had ended.
 */
export async function endRaised(
  tx: Transaction,
  id: string,
  at: Date,
): Promise<ViolationRow | null> {
  const { count } = await tx.violation.updateMany({
    where: { id, source: OWN_SOURCE, endedAt: null },
    data: { endedAt: at },
  });
  return count === 0 ? null : tx.violation.findFirst({ where: { id } });
}
