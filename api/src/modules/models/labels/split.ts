import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';

/** Violations of a camera within this time of each other may be of one scene. */
const QUIET_MS = 15 * 60_000;
/** One in so many groups of camera and week is for validation. */
const ONE_IN = 5;

type Side = 'train' | 'val';
interface Scene {
  camera: string;
  last: number;
  side: Side;
}

/** What is needed of a violation to place it. */
export interface Placed {
  id: string;
  camera: string;
  startedAt: Date;
}

/**
 * Splits by camera and week, so that what is validated on was seen by a camera in weeks that nothing
 * was learnt from. What follows one another without a quarter of an hour of quiet is one scene and
 * stays together, also over midnight on Sunday. The same violations give the same split, whichever
 * of them are exported.
 *
 * @param all violations of the cameras, also those that are not exported.
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

/** Weeks are those of UTC: they only have to be the same every time. */
export const weekOf = (at: Date): string =>
  DateTime.fromJSDate(at, { zone: 'utc' }).toFormat("kkkk-'W'WW");

function sideOf(camera: string, at: Date): Side {
  const digest = createHash('sha256')
    .update(`${camera} ${weekOf(at)}`)
    .digest();
  return digest.readUInt32BE(0) % ONE_IN === 0 ? 'val' : 'train';
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
