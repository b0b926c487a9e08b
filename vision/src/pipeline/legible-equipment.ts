import type { Equipment } from '@anshi/contracts';

/** A person counts once in this time, ms: people who stand still do not outnumber those who pass. */
const COUNT_EVERY_MS = 10_000;

/** People whose contrast was noted, and those of them with too little of it. */
export interface ContrastCount {
  readonly people: number;
  readonly illegible: number;
}

/** The equipment of a person at low contrast: a report that an item is missing would often be wrong. */
export const withoutMissing = (equipment: Equipment): Equipment => changed(equipment, ['missing']);

/**
 * Holds back what is said of tracked people at low contrast. An item that was seen to be missing stays unknown there,
 * also where it is called worn: an open record does not end because the light went.
 */
export class LegibleEquipment {
  /** What each track was seen to wear at enough contrast. */
  readonly #seen = new Map<string, Equipment>();
  readonly #countedAt = new Map<string, number>();
  #count = { people: 0, illegible: 0 };

  of(track: string, equipment: Equipment, isLegible: boolean): Equipment {
    if (isLegible) {
      this.#seen.set(track, equipment);
      return equipment;
    }
    const seen = this.#seen.get(track) ?? {};
    const doubted = Object.keys(equipment).filter((item) => seen[item] === 'missing');
    return changed(withoutMissing(equipment), ['worn'], doubted);
  }

  /** Counts a person of a camera with a rule on missing equipment. */
  count(track: string, at: number, isLegible: boolean): void {
    const last = this.#countedAt.get(track);
    if (last !== undefined && at >= last && at - last < COUNT_EVERY_MS) return;
    this.#countedAt.set(track, at);
    this.#count.people++;
    if (!isLegible) this.#count.illegible++;
  }

  /** What was counted since the last call. */
  takeCount(): ContrastCount {
    const count = this.#count;
    this.#count = { people: 0, illegible: 0 };
    return count;
  }

  /** Drops all other tracks. */
  keep(tracks: ReadonlySet<string>): void {
    for (const known of [this.#seen, this.#countedAt]) {
      for (const track of known.keys()) if (!tracks.has(track)) known.delete(track);
    }
  }
}

/** The equipment with these states of these items unknown. */
function changed(
  equipment: Equipment,
  states: readonly string[],
  items: readonly string[] = Object.keys(equipment),
): Equipment {
  return Object.fromEntries(
    Object.entries(equipment).map(([item, state]) => [
      item,
      items.includes(item) && states.includes(state) ? 'unknown' : state,
    ]),
  );
}
