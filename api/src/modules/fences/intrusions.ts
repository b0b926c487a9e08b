import type { Side, Spell } from './presence.ts';

/** From when on a person may be where they are, or may not. Ms since the epoch. */
export interface Right {
  readonly from: number;
  readonly allowed: boolean;
}

export interface Terms {
  readonly side: Side;
  /** So long on the watched side without a right is an intrusion, ms. */
  readonly dwellMs: number;
  /** A return within this time continues the same intrusion, ms. */
  readonly holdMs: number;
  /** Before this the fence was not active. */
  readonly activeSince: number;
}

/** A stay without a right. Ms since the epoch. */
export interface Intrusion {
  readonly from: number;
  /** Null while it lasts; `isOver` says whether the time in which it may go on is over, too. */
  readonly until: number | null;
  readonly isOver: boolean;
  /** The instant at which it was one. */
  readonly openedAt: number;
  readonly certainty: Spell['certainty'];
  /** It ended because the person may be there, and not because they left. */
  readonly byRight: boolean;
}

interface Piece {
  from: number;
  until: number | null;
  confirmedAt: number;
  certainty: Spell['certainty'];
  byRight: boolean;
}

/**
 * The stays without a right, as far as they are known now. Pure.
 *
 * @param spells in order, the present one last.
 * @param rights in order; before the first one it counts, too. None: nothing is decided.
 * @param heardAt the last fix. Leaving an area is only what was heard: silence is no way out.
 * @returns the intrusions, and when the answer changes without another fix or right; null for never.
 */
export function intrusionsOf(
  spells: readonly Spell[],
  rights: readonly Right[],
  terms: Terms,
  { now, heardAt }: { now: number; heardAt: number },
): { intrusions: Intrusion[]; dueAt: number | null } {
  const { side, dwellMs, holdMs } = terms;
  const reached = side === 'inside' ? now : Math.min(now, heardAt);
  const due: number[] = [];
  const groups: Piece[][] = [];
  const opened: number[] = [];
  for (const piece of spells.flatMap((spell) => piecesOf(spell, rights, terms))) {
    const group = groups.at(-1);
    const end = group?.at(-1)?.until ?? null;
    if (group && (end === null || piece.from - end <= holdMs)) {
      group.push(piece);
      continue;
    }
    const ripe = piece.from + dwellMs;
    if ((piece.until ?? reached) < ripe) {
      if (piece.until === null && side === 'inside') due.push(ripe);
      continue;
    }
    groups.push([piece]);
    opened.push(Math.max(ripe, piece.confirmedAt));
  }
  const intrusions = groups.map((group, i): Intrusion => {
    const [first, last] = [group[0] as Piece, group.at(-1) as Piece];
    const { until } = last;
    const overAt = until === null ? null : until + holdMs;
    const isOver = overAt !== null && overAt <= now;
    if (overAt !== null && !isOver) due.push(overAt);
    return {
      from: first.from,
      until,
      isOver,
      openedAt: opened[i] as number,
      certainty: first.certainty,
      byRight: last.byRight,
    };
  });
  return { intrusions, dueAt: due.length > 0 ? Math.min(...due) : null };
}

/** The parts of a stay in which there is no right, while the fence is active. */
function piecesOf(spell: Spell, rights: readonly Right[], { activeSince }: Terms): Piece[] {
  const { until, confirmedAt, certainty } = spell;
  const end = until ?? Number.POSITIVE_INFINITY;
  const begin = Math.max(spell.from, activeSince);
  return rights.flatMap((right, i): Piece[] => {
    if (right.allowed) return [];
    const from = i === 0 ? begin : Math.max(begin, right.from);
    const next = rights.slice(i + 1).find(({ allowed }) => allowed)?.from;
    // A refusal that follows a refusal is part of it.
    if (i > 0 && rights[i - 1]?.allowed === false) return [];
    const to = Math.min(end, next ?? Number.POSITIVE_INFINITY);
    if (to <= from) return [];
    const byRight = next !== undefined && next < end;
    return [{ from, until: Number.isFinite(to) ? to : null, confirmedAt, certainty, byRight }];
  });
}
