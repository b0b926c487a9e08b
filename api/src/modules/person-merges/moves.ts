import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { PersonPair } from '../../platform/facts.ts';
import type { IncidentsService } from '../incidents/service.ts';
import type { FileKept } from '../people/merged.ts';
import type { SealedKept } from '../people/sealed-joining.ts';
import type { HoldingsKept } from '../posts/merging.ts';
import type { FileMoves } from '../safety-file/moving.ts';
import type { ViolationEvents } from '../violations/events.ts';
import type { ViolationGiven } from '../violations/merging.ts';
import { holdViolations } from '../violations/rebinding.ts';
import { showViolation } from '../violations/view.ts';
import type { ColumnKept } from './columns.ts';

/** What is needed to part two files again. */
export interface MergeKept {
  columns: ColumnKept[];
  violations: ViolationGiven[];
  sealed: SealedKept;
  holdings: HoldingsKept;
  file: FileKept;
}

/** Violations and their entries, and what hears of them. */
export function createMergeMoves(parts: {
  events: ViolationEvents;
  incidents: Pick<IncidentsService, 'hold' | 'place'>;
  files: FileMoves;
}) {
  const { events, incidents, files } = parts;
  return {
    /** Sites before violations, as verdicts do. */
    async hold(unit: Unit, rows: readonly { id: string; site: string }[]): Promise<void> {
      for (const site of [...new Set(rows.map((one) => one.site))].sort()) {
        await incidents.hold(unit, site);
      }
      await holdViolations(
        unit.tx,
        rows.map(({ id }) => id),
      );
    },

    /** Lets entries and acts follow violations that were given. @returns how many entries moved. */
    async follow(
      unit: Unit,
      ids: readonly string[],
      {
        wrong,
        right,
        merge,
        reason,
      }: { wrong: string; right: string; merge: string; reason: string },
    ): Promise<number> {
      const entries = await files.countingBy(unit.tx, wrong, ids);
      for (const id of ids) {
        const row = await unit.tx.violation.findFirstOrThrow({ where: { id } });
        if (entries.has(id)) {
          await files.move(unit, row, { correctionId: merge, wrong, right, reason, quiet: true });
        }
        await events.emit(unit, 'updated', showViolation(row));
        await incidents.place(unit, row, { isSeen: true });
      }
      return entries.size;
    },

    /** Each of the people has a line in the own log; who listens looks at them and their badges again. */
    async tellAll(
      unit: Unit,
      { from, into }: PersonPair,
      what: 'merged' | 'parted',
      badges: readonly string[],
    ): Promise<void> {
      const action = what === 'merged' ? 'join-files' : 'part-files';
      for (const person of [from, into]) {
        const other = person === from ? into : from;
        const line = { action, entity: 'person', id: person, person } as const;
        await unit.audit({ ...line, after: { other } });
        await unit.emit({ entity: 'person', what, subject: person, data: { person, other } });
        for (const badge of badges) {
          await unit.emit({
            entity: 'person',
            what: 'badge-corrected',
            subject: person,
            data: { person, badge },
          });
        }
      }
    },
  };
}
export type MergeMoves = ReturnType<typeof createMergeMoves>;
