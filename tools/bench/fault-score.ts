import { peopleAt, type QueueFinding } from './queue-score.ts';
import { breaches, CONFIRM_SECONDS, episodesOf, type TruthCamera } from './queue-truth.ts';

/*
 * Holds what is on record after a run with faults against the truth of the clips. All times in seconds of
 * the bench.
 */

/** A violation on record. */
export interface FaultRecord extends QueueFinding {
  direction: string | null;
  /** Null while it lasts. */
  endedAt: number | null;
}

/** A time in which a camera was watched without a break. */
export interface Stretch {
  from: number;
  to: number;
}

export interface FaultScore {
  /** Violations that a worker confirmed, and those of them that are not on record. */
  confirmed: number;
  lost: number;
  records: number;
  /** Records of a person's act in a camera beyond the first one of its round. */
  doubled: number;
  /** The same, after a time without a picture that no judge bridges for people who walk. */
  reopened: number;
  /** Episodes of the truth that lie in times that were watched, and those of them without a record. */
  episodes: number;
  missed: number;
  notes: string[];
}

/** Tracks are new after a gap without pictures: so long after it no record is required yet. */
export const SETTLE_SECONDS = 3;
/** The last lines before a kill may be lost with the worker. */
export const TAIL_SECONDS = 1.5;
/** Beyond the confirm time, for frames that were dropped. */
export const SPARE_SECONDS = 1;
/** People who walk are known again after this (decision 59). */
const BRIDGED_SECONDS = 10;
/** Between what the truth says and what is on record. */
export const SLACK_SECONDS = 2;
const GAP_SECONDS = 10;

export function scoreFaults(given: {
  readonly records: readonly FaultRecord[];
  readonly confirmed: ReadonlySet<string>;
  readonly cameras: readonly TruthCamera[];
  /** When each camera was watched, in order. */
  readonly seen: ReadonlyMap<string, readonly Stretch[]>;
  readonly watched: Stretch;
}): FaultScore {
  const { records, confirmed, cameras } = given;
  const ids = new Set(records.map(({ id }) => id));
  const lost = [...confirmed].filter((id) => !ids.has(id));
  const notes = lost.map((id) => `lost: ${id} was confirmed and is not on record`);
  const { doubled, reopened } = countRepeated(given, notes);
  const episodes = episodesOf(
    cameras.flatMap((camera) => asked(camera, given)),
    GAP_SECONDS,
  );
  const missed = episodes.filter(
    ({ person, from, to }) =>
      !records.some((record) => {
        const camera = cameras.find(({ config }) => config.id === record.camera);
        const end = record.endedAt ?? Number.POSITIVE_INFINITY;
        return (
          camera !== undefined &&
          record.startedAt <= to + SLACK_SECONDS &&
          Math.max(end, record.confirmedAt) >= from - SLACK_SECONDS &&
          peopleAt(record, camera).includes(person)
        );
      }),
  );
  for (const { person, from, to } of missed) {
    notes.push(`missed: ${person} at ${from.toFixed(1)}-${to.toFixed(1)} s`);
  }
  return {
    confirmed: confirmed.size,
    lost: lost.length,
    records: records.length,
    doubled,
    reopened,
    episodes: episodes.length,
    missed: missed.length,
    notes,
  };
}

/** What the truth says of a camera, as far as it was watched long enough to record it. */
function asked(camera: TruthCamera, { seen, watched }: Parameters<typeof scoreFaults>[0]) {
  const { config } = camera;
  const stretches = (seen.get(config.id) ?? []).map(({ from, to }) => ({
    from: Math.max(watched.from, from) + SETTLE_SECONDS,
    to: Math.min(watched.to, to) - TAIL_SECONDS,
  }));
  return breaches(camera, 'must', watched.to).flatMap((breach) => {
    const rule = config.rules.find(({ id }) => id === breach.key.split('/')[0])!;
    const confirm = rule.confirmSeconds ?? CONFIRM_SECONDS[rule.kind]!;
    // A crossing is one moment.
    const needed = confirm === 0 ? 0 : confirm + SPARE_SECONDS;
    return stretches.flatMap((stretch) => {
      const from = Math.max(breach.from, stretch.from);
      const to = Math.min(breach.to, stretch.to);
      return to - from >= needed ? [{ ...breach, from, to }] : [];
    });
  });
}

/** Records of one act: of one person, rule and camera in one round of its clip. */
function countRepeated(
  { records, cameras, seen }: Parameters<typeof scoreFaults>[0],
  notes: string[],
): { doubled: number; reopened: number } {
  const acts = new Map<string, FaultRecord[]>();
  for (const record of [...records].sort((a, b) => a.confirmedAt - b.confirmedAt)) {
    const camera = cameras.find(({ config }) => config.id === record.camera);
    const [person, ...others] = camera ? peopleAt(record, camera) : [];
    // Nobody of the clip, or one of two who cover each other.
    if (!camera || person === undefined || others.length > 0) continue;
    const round = Math.floor((record.confirmedAt + camera.phase) / camera.loop);
    const { ruleId, item, direction } = record;
    const key = [record.camera, ruleId, item, direction, person, `round ${round}`].join(' ');
    acts.set(key, [...(acts.get(key) ?? []), record]);
  }
  let [doubled, reopened] = [0, 0];
  for (const [key, found] of acts) {
    for (const [n, record] of found.entries()) {
      const before = found[n - 1];
      if (!before) continue;
      const blind = longestBlind(seen.get(record.camera) ?? [], before, record);
      if (blind > BRIDGED_SECONDS) {
        reopened++;
        continue;
      }
      doubled++;
      notes.push(
        `doubled: ${key}: ${before.id} at ${before.confirmedAt.toFixed(1)} s and ${record.id} at ${record.confirmedAt.toFixed(1)} s, ${blind.toFixed(1)} s without a picture between them`,
      );
    }
  }
  return { doubled, reopened };
}

/** The longest time between two records in which nobody watched their camera, seconds. */
function longestBlind(seen: readonly Stretch[], first: FaultRecord, second: FaultRecord): number {
  const gaps = seen.slice(1).map(({ from }, n) => ({ from: seen[n]!.to, to: from }));
  const between = gaps.map(
    ({ from, to }) => Math.min(to, second.confirmedAt) - Math.max(from, first.startedAt),
  );
  return Math.max(0, ...between);
}

/**
 * Moments of analysed frames as stretches.
 *
 * @param times seconds, in any order.
 * @param longest the longest pause within a stretch, seconds.
 */
export function stretchesOf(times: readonly number[], longest: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (const t of [...times].sort((a, b) => a - b)) addMoment(stretches, t, longest);
  return stretches;
}

/** Adds the moment of a frame to stretches; one that is before their end changes nothing. */
export function addMoment(stretches: Stretch[], t: number, longest: number): void {
  const last = stretches.at(-1);
  if (!last || t - last.to > longest) stretches.push({ from: t, to: t });
  else last.to = Math.max(last.to, t);
}
