import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';

/** Violations of a camera within this time of each other may show one scene. */
const QUIET_MS = 15 * 60_000;
/** One in this many groups of camera and week is for validation. */
const ONE_IN = 5;

type Side = 'train' | 'val';
interface Scene {
  camera: string;
  last: number;
  side: Side;
}

/** The inputs for placing a violation. */
export interface Placed {
  id: string;
  camera: string;
  startedAt: Date;
}

/**
 * Splits by camera and week, so that validation uses weeks of a camera without training data.
 * Violations without a quiet quarter of an hour in between are one scene and stay together, also
 * over midnight on Sunday. The split is deterministic and independent of the export.
 *
 * @param all violations of the cameras, including unexported ones.
 * @returns by id.
 */
export function splitOf(all: readonly Placed[]): Map<string, Side> {
  const split = new Map<string, Side>();
  const sorted = [...all].sort(
    (a, b) =>
      compare(a.camera, b.camera) ||
      a.startedAt.getTime() - b.startedAt.getTime() ||
      compare(a.id, b.id),
  );
  let before: Scene | undefined;
  for (const { id, camera, startedAt } of sorted) {
    const at = startedAt.getTime();
    const goesOn = before !== undefined && before.camera === camera && at - before.last <= QUIET_MS;
    const side: Side = before !== undefined && goesOn ? before.side : sideOf(camera, startedAt);
    before = { camera, last: at, side };
    split.set(id, side);
  }
  return split;
}

/** UTC weeks: they only have to be deterministic. */
export const weekOf = (at: Date): string =>
  DateTime.fromJSDate(at, { zone: 'utc' }).toFormat("kkkk-'W'WW");

function sideOf(camera: string, at: Date): Side {
  const digest = createHash('sha256')
    .update(`${camera} ${weekOf(at)}`)
    .digest();
  return digest.readUInt32BE(0) % ONE_IN === 0 ? 'val' : 'train';
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
