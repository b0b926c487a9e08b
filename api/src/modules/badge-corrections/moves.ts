import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { IncidentsService } from '../incidents/service.ts';
import type { FileMove, FileMoves } from '../safety-file/moving.ts';
import type { ViolationEvents } from '../violations/events.ts';
import { makeAmbiguous } from '../violations/identity.ts';
import {
  type Depending,
  dependingOn,
  holdViolations,
  moveName,
  type Rebinding,
  type ViolationKept,
} from '../violations/rebinding.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { showViolation } from '../violations/view.ts';
import { MOST_RECORDS } from './depending.ts';
import { identityOf } from './plan.ts';

/** Moves names and file entries, for corrections and undos. */
export function createMoves(parts: {
  events: ViolationEvents;
  incidents: Pick<IncidentsService, 'hold' | 'place' | 'inTwoPlaces'>;
  files: FileMoves;
}) {
  const { events, incidents, files } = parts;

  const rowOf = (unit: Unit, id: string): Promise<ViolationRow> =>
    unit.tx.violation.findFirstOrThrow({ where: { id } });

  /** Tells of violations that changed, and lets acts part or join by the names. */
  async function told(unit: Unit, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const row = await rowOf(unit, id);
      await events.emit(unit, 'updated', showViolation(row));
      await incidents.place(unit, row, { isSeen: true });
    }
  }

  /** A person who is confirmed in two places at once is confirmed in neither. */
  async function partPlaces(unit: Unit, row: ViolationRow): Promise<ViolationRow> {
    for (const other of await incidents.inTwoPlaces(unit, row)) {
      await incidents.hold(unit, other.site);
      if ((await makeAmbiguous(unit.tx, other)) !== other) await told(unit, [other.id]);
    }
    return makeAmbiguous(unit.tx, row);
  }

  return {
    told,

    /** Sites before violations, as verdicts do. */
    async hold(unit: Unit, violations: readonly string[]): Promise<void> {
      const rows = await unit.tx.violation.findMany({
        where: { id: { in: [...violations] } },
        select: { site: true },
      });
      const sites = [...new Set(rows.map(({ site }) => site))].sort();
      for (const site of sites) await incidents.hold(unit, site);
      await holdViolations(unit.tx, violations);
    },

    /**
     * Moves names and entries.
     *
     * @param binding that of the right person.
     * @returns data to undo the move.
     */
    async move(
      unit: Unit,
      depending: readonly Depending[],
      change: Pick<Rebinding, 'wrong' | 'right'> & { binding: string },
      move: FileMove,
    ): Promise<ViolationKept[]> {
      const list: ViolationKept[] = [];
      for (const one of depending) {
        const kept = await moveName(unit.tx, one, change, change.binding);
        const isParted = one.why === 'two-places' && one.isNamable;
        const moved = await rowOf(unit, kept.id);
        const now = isParted ? await partPlaces(unit, moved) : moved;
        if (one.named) await files.move(unit, now, move);
        const identity = isParted ? identityOf(one.row) : kept.identity;
        list.push({ ...kept, identity, version: now.version });
      }
      return list;
    },

    /** @throws Problem `badge-correction.incomplete` where a name or an entry stayed: then nothing is committed. */
    async requireMoved(unit: Unit, change: Rebinding, depending: readonly Depending[]) {
      const named = depending.filter((one) => one.named).map(({ row }) => row.id);
      const entries = await files.countingBy(unit.tx, change.wrong, named);
      const found = await dependingOn(unit.tx, change, MOST_RECORDS);
      const names = found.filter((one) => one.named || one.handles.length > 0);
      if (entries.size + names.length > 0) throw new Problem('badge-correction.incomplete');
    },
  };
}
