import type { Bilingual, ViolationIdentity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { kindNames, kindOf } from '../violations/kind.ts';
import type { ViolationRow } from '../violations/repository.ts';
import type { NameRecord } from '../violations/service.ts';
import { basisOf } from '../violations/view.ts';
import { addChange, addEntry, countingOf, type EntryRow, isWithdrawn, tellChange } from './rows.ts';
import { settingIn } from './settings.ts';
import type { FileTell } from './tell.ts';

const DAY_MS = 86_400_000;

/** How probable it was that a person is the actor, and why. */
async function certaintyOf(tx: Transaction, row: ViolationRow, person: string) {
  const identity = row.identity as ViolationIdentity | null;
  const candidates = await tx.violationCandidate.findMany({
    where: { violationId: row.id, personId: person },
    select: { handle: true },
  });
  const own = identity?.candidates.find(({ handle }) =>
    candidates.some((one) => one.handle === handle),
  );
  const explanation: Bilingual[] = [
    ...(own ? [own.explanation] : []),
    ...(identity?.reasons ?? []).filter(({ en }) => en !== own?.explanation.en),
  ];
  return { posterior: own?.posterior ?? null, explanation };
}

/**
 * The safety file of people, as verdicts write it: a confirmed violation with a person is an entry, and a verdict that is
 * undone takes it back. Nothing else writes one.
 *
 * @param parts.planOf the floor plan of a camera.
 * @param parts.lapse ends an objection that has nothing to decide any more.
 */
export function createWriter(parts: {
  tell: FileTell;
  planOf: (camera: string) => string | null;
  lapse: (unit: Unit, entry: EntryRow) => Promise<void>;
}): NameRecord & {
  write(
    unit: Unit,
    row: ViolationRow,
    correctionId?: string | null,
    quiet?: boolean,
  ): Promise<EntryRow | null>;
  remove(
    unit: Unit,
    entry: EntryRow,
    change: Parameters<typeof addChange>[2] & { kind: 'taken-back' | 'moved' },
    quiet?: boolean,
  ): Promise<void>;
} {
  const { tell, planOf, lapse } = parts;

  async function write(
    unit: Unit,
    row: ViolationRow,
    correctionId: string | null = null,
    quiet = false,
  ): Promise<EntryRow | null> {
    const { tx } = unit;
    const person = row.personId;
    if (row.status !== 'confirmed' || person === null || row.reviewedBy === null) return null;
    const names = await kindNames(tx);
    const area =
      row.areaId === null
        ? null
        : await tx.area.findFirst({ where: { id: row.areaId }, select: { name: true } });
    const { objectionDays } = await settingIn(tx);
    const accounts = await tell.accountsOf(tx, person);
    const now = new Date();
    const { posterior, explanation } = await certaintyOf(tx, row, person);
    const json = (value: unknown) => (value === null ? Prisma.DbNull : (value as object));
    const entry = await addEntry(unit, {
      personId: person,
      violationId: row.id,
      verdictVersion: row.version,
      rule: row.rule,
      item: row.item,
      kindName: names(kindOf(row)),
      ruleId: row.ruleId,
      severity: row.severity,
      modelName: row.modelName,
      modelVersion: row.modelVersion,
      modelLogId: row.modelLogId,
      startedAt: row.startedAt,
      site: row.site,
      areaId: row.areaId,
      areaName: json(area?.name ?? null),
      camera: row.camera,
      cameraName: row.cameraName as object,
      zoneName: json(row.zoneName ?? row.lineName),
      floorPlan: planOf(row.camera),
      floor: json(row.floor),
      confidence: row.confidence,
      basis: basisOf(row),
      basisReason: row.personBasis === 'reviewer' ? row.personReason : null,
      posterior,
      explanation,
      reviewerId: row.reviewedBy,
      reviewerName: row.reviewedByName as object,
      reviewNote: row.reviewNote,
      reviewedAt: row.reviewedAt ?? now,
      objectUntil: new Date(now.getTime() + objectionDays * DAY_MS),
      told: accounts.length > 0,
      correctionId,
      writtenAt: now,
    });
    if (accounts.length > 0 && quiet) return entry;
    if (accounts.length > 0) await tell.written(unit, entry, accounts);
    else await tell.untold(unit, entry);
    return entry;
  }

  return {
    isWithdrawn,
    write,

    async remove(unit, entry, change, quiet = false) {
      await lapse(unit, entry);
      await addChange(unit, entry, change);
      if (!quiet) await tell.changed(unit, entry, change.kind);
    },

    async tradeChanged(unit, { id }) {
      for (const entry of await countingOf(unit.tx, id)) {
        await tellChange(unit, entry, 'trade-changed');
      }
    },

    /** @throws Problem `objection.open` where the verdict would end an objection that waits for a decision. */
    async decided(unit, row) {
      const counting = await countingOf(unit.tx, row.id);
      const stays = counting.filter(
        ({ personId }) => row.status === 'confirmed' && personId === row.personId,
      );
      for (const entry of counting) {
        if (stays.includes(entry)) continue;
        // Its reviewer, too, waits for the person who decides: else an objection could be ended for ever.
        if (entry.objection?.closedAt === null) throw new Problem('objection.open');
        await this.remove(unit, entry, { kind: 'taken-back' });
      }
      if (stays.length === 0) await write(unit, row);
    },
  };
}
