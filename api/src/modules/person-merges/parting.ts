import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { PersonPair } from '../../platform/facts.ts';
import type { DependingWithin } from '../badge-corrections/depending.ts';
import type { createMoves } from '../badge-corrections/moves.ts';
import { sessionsBack } from '../gates/parting.ts';
import { eraseNotAgreed } from '../locations/rebinding.ts';
import type { Depending, Rebinding } from '../violations/rebinding.ts';
import { type ColumnKept, moves as isMoving, personColumns, unchangedKeys } from './columns.ts';

const BADGES = 'badge.person_id';

/** A badge that goes back to the file that is opened again, with the violations since that name a person by it. */
export interface BadgeBack extends Rebinding {
  badge: string;
  to: Date | null;
  depending: Depending[];
}

/**
 * Names that were found while two files were one, by a badge of the file that is opened again: they go with the badge. The
 * other person never wore it.
 */
export function createPartedNames(parts: {
  depending: DependingWithin;
  corrections: ReturnType<typeof createMoves>;
}) {
  const { depending, corrections } = parts;

  async function bindingsBack(tx: Transaction, kept: readonly ColumnKept[], pair: PersonPair) {
    const column = personColumns.filter(isMoving).find(({ name }) => name === BADGES);
    const rows = kept.find(({ name }) => name === BADGES);
    if (!column || !rows) return [];
    const ids = (await unchangedKeys(tx, column, rows, pair)).map(([id = '']) => id);
    return tx.badge.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  }

  return {
    /**
     * @param except violations that move back as they were.
     * @throws Problem `badge-correction.too-many`.
     */
    async plan(
      unit: Unit,
      kept: readonly ColumnKept[],
      pair: PersonPair,
      except: readonly string[],
    ): Promise<BadgeBack[]> {
      const [wrong, right] = [pair.into, pair.from];
      const list: BadgeBack[] = [];
      for (const { id, badge, since, until } of await bindingsBack(unit.tx, kept, pair)) {
        const change = { binding: id, wrong, right, from: since, to: until };
        const found = await depending(unit, change);
        const own = found.filter(({ row }) => !except.includes(row.id));
        list.push({ ...change, badge, depending: own });
      }
      return list;
    },

    /**
     * Moves them, and sessions at machines that began with the badges since, once the badges are back. Positions that the wearer did not agree to are removed.
     *
     * @returns the violations that changed.
     */
    async move(
      unit: Unit,
      list: readonly BadgeBack[],
      { merge, at, reason }: { merge: string; at: Date; reason: string },
    ): Promise<string[]> {
      const ids: string[] = [];
      for (const one of list) {
        const { wrong, right, badge, from, to } = one;
        const move = { correctionId: merge, wrong, right, reason, quiet: false };
        await sessionsBack(unit.tx, { card: badge, since: at, wrong, right });
        const moved = await corrections.move(unit, one.depending, one, move);
        await corrections.requireMoved(unit, one, one.depending);
        await eraseNotAgreed(unit.tx, { badge, person: right, from, to });
        ids.push(...moved.map(({ id }) => id));
      }
      await corrections.told(unit, [...new Set(ids)]);
      return ids;
    },
  };
}
export type PartedNames = ReturnType<typeof createPartedNames>;
