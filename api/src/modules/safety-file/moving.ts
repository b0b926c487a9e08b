import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { addChange, countingOf, stateOf, withHistory } from './rows.ts';
import type { FileTell } from './tell.ts';
import type { createWriter } from './write.ts';

/** A correction of a badge, as far as files are concerned. */
export interface FileMove {
  correctionId: string;
  wrong: string;
  right: string;
  reason: string;
}

export type FileMoves = ReturnType<typeof createFileMoves>;

/** Entries that follow the right name. The caller holds the violation. */
export function createFileMoves({
  writer,
  tell,
}: {
  writer: ReturnType<typeof createWriter>;
  tell: FileTell;
}) {
  return {
    /** The entries that count of a person, by violation. */
    async countingBy(
      tx: Transaction,
      person: string,
      violations: readonly string[],
    ): Promise<Map<string, string>> {
      const rows = await tx.safetyEntry.findMany({
        where: { personId: person, violationId: { in: [...violations] } },
        include: withHistory,
      });
      return new Map(
        rows
          .filter((row) => stateOf(row) === 'in-force')
          .map(({ id, violationId }) => [violationId, id]),
      );
    },

    /** @param row the violation as it is by now: of the right person, or of none. */
    async move(unit: Unit, row: ViolationRow, move: FileMove): Promise<void> {
      const { correctionId, wrong, reason } = move;
      let wasEntered = false;
      for (const entry of await countingOf(unit.tx, row.id)) {
        if (entry.personId !== wrong) continue;
        wasEntered = true;
        await writer.remove(unit, entry, { kind: 'moved', reason, correctionId });
      }
      if (wasEntered) await writer.write(unit, row, correctionId);
    },

    /** The entry of the wrong person counts again, and that of the right one does not. */
    async back(unit: Unit, violation: string, move: FileMove): Promise<void> {
      const { correctionId, right, wrong, reason } = move;
      for (const entry of await countingOf(unit.tx, violation)) {
        if (entry.personId !== right || entry.correctionId !== correctionId) continue;
        await writer.remove(unit, entry, { kind: 'moved', reason, correctionId });
      }
      const rows = await unit.tx.safetyEntry.findMany({
        where: { violationId: violation, personId: wrong },
        include: withHistory,
      });
      for (const entry of rows) {
        const last = entry.changes.at(-1);
        if (last?.kind !== 'moved' || last.correctionId !== correctionId) continue;
        await addChange(unit, entry, { kind: 'restored', reason, correctionId });
        await tell.changed(unit, entry, 'restored');
      }
    },
  };
}
