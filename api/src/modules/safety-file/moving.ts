import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { countingOf, stateOf, withHistory } from './rows.ts';
import type { createWriter } from './write.ts';

/** A correction of a badge or a joining of two files, as far as entries are concerned. */
export interface FileMove {
  correctionId: string;
  wrong: string;
  right: string;
  reason: string;
  /** The person is told of all of it at once by the caller. */
  quiet?: boolean;
}

export type FileMoves = ReturnType<typeof createFileMoves>;

/** Entries that follow the right name. The caller holds the violation. */
export function createFileMoves({ writer }: { writer: ReturnType<typeof createWriter> }) {
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

    /** Those of some violations from which an objection took the name of a person: no correction writes it there again. */
    async withdrawnOf(
      tx: Transaction,
      person: string,
      violations: readonly string[],
    ): Promise<Set<string>> {
      const rows = await tx.safetyEntry.findMany({
        where: {
          personId: person,
          violationId: { in: [...violations] },
          changes: { some: { kind: 'withdrawn' } },
        },
        select: { violationId: true },
      });
      return new Set(rows.map(({ violationId }) => violationId));
    },

    /**
     * The entry of the wrong person counts no more. The right one has a new one where the record is confirmed of that
     * person, with a new time to object: also where verdicts did not write entries yet.
     *
     * @param row the violation as it is by now: of the right person, or of none.
     */
    async move(unit: Unit, row: ViolationRow, move: FileMove): Promise<void> {
      const { correctionId, wrong, right, reason, quiet = false } = move;
      let isWritten = false;
      for (const entry of await countingOf(unit.tx, row.id)) {
        if (entry.personId === wrong) {
          await writer.remove(unit, entry, { kind: 'moved', reason, correctionId }, quiet);
        }
        isWritten ||= entry.personId === right;
      }
      if (row.personId === right && !isWritten) await writer.write(unit, row, correctionId, quiet);
    },
  };
}
