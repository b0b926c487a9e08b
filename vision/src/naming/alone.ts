import type { CameraConfig, ConfirmedAlone, Observation } from '@anshi/contracts';
import type { Confirmed } from './messages.ts';

/** A decision and the frame that it is held against are not further apart, ms. */
const APART_MS = 1_000;
/** Without a decision for so long it begins again, ms. */
const GAP_MS = 2_000;

export type AloneSaid = Omit<ConfirmedAlone, 'worker'>;

interface Frame {
  readonly at: number;
  /** The only person of each zone. */
  readonly only: ReadonlyMap<string, string>;
}
interface Known {
  readonly handle: string;
  readonly since: number;
  readonly at: number;
}

/**
 * Who is confirmed and alone in a zone of a machine or an area: the newest frame of the camera has no other person in it,
 * nor one whose place is not known.
 */
export class AloneInZones {
  readonly #frames = new Map<string, Frame>();
  /** By camera, then by zone. */
  readonly #known = new Map<string, Map<string, Known>>();

  /** An analysed frame. @param at stream clock, ms. */
  frame(camera: CameraConfig, at: number, { people }: Pick<Observation, 'people'>): void {
    const only = new Map<string, string>();
    if (people.every(({ floor }) => floor !== null)) {
      for (const zone of watching(camera)) {
        const inside = people.filter(({ zones }) => zones.includes(zone));
        if (inside.length === 1 && inside[0]) only.set(zone, inside[0].track);
      }
    }
    this.#frames.set(camera.id, { at, only });
  }

  /** @returns what is to be told, of each camera with a person alone, and of one for which that has just ended. */
  decided(
    { at, tracks }: Pick<Confirmed, 'at' | 'tracks'>,
    cameras: readonly string[],
  ): AloneSaid[] {
    return cameras.flatMap((camera) => {
      const frame = this.#frames.get(camera);
      const before = this.#known.get(camera);
      const now = new Map<string, Known>();
      if (frame && Math.abs(frame.at - at) <= APART_MS) {
        for (const [zone, track] of frame.only) {
          const found = tracks.find((one) => one.camera === camera && one.track === track);
          if (!found) continue;
          const { handle } = found;
          const known = before?.get(zone);
          const goesOn = known?.handle === handle && at - known.at <= GAP_MS;
          now.set(zone, { handle, since: goesOn ? known.since : at, at });
        }
      }
      if (now.size === 0 && !before) return [];
      if (now.size === 0) this.#known.delete(camera);
      else this.#known.set(camera, now);
      const alone = [...now].map(([zone, { handle, since }]) => ({
        zone,
        handle,
        since: new Date(since).toISOString(),
      }));
      return [{ camera, at: new Date(at).toISOString(), alone }];
    });
  }

  /** Positions of a floor plan count no more, or badges may no longer be used: nothing of it is kept. */
  forget(): void {
    this.#known.clear();
    this.#frames.clear();
  }
}

/** The zones on the floor that watch an area of the register, or a machine by a rule. */
function watching({ zones, rules }: CameraConfig): string[] {
  const byRule = rules.flatMap((rule) =>
    'whileMachine' in rule && rule.whileMachine && 'zone' in rule ? [rule.zone] : [],
  );
  return zones
    .filter(({ plane }) => plane !== 'picture')
    .filter(({ id, area }) => area !== undefined || byRule.includes(id))
    .map(({ id }) => id);
}
