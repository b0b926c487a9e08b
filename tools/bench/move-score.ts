import {
  type FaultRecord,
  SETTLE_SECONDS,
  SLACK_SECONDS,
  SPARE_SECONDS,
  type Stretch,
  TAIL_SECONDS,
} from './fault-score.ts';
import { peopleAt } from './queue-score.ts';
import { breaches, breachKey, CONFIRM_SECONDS, type TruthCamera } from './queue-truth.ts';

/*
 * What became of the people who were breaking a rule while their camera went from one worker to another. All
 * times in seconds of the bench.
 */

/** A camera that went to another worker. */
export interface CameraMove {
  camera: string;
  at: number;
}

export interface MoveScore {
  /** Breaches of the truth that began before a move and went on after it, watched for long enough. */
  movedEpisodes: number;
  /** Those of them without a record. */
  movedLost: number;
  /** Records of them after the move beyond the one before it. */
  movedDoubled: number;
  notes: string[];
}

/**
 * A move takes up to 10 s, and then the stream is opened. After a longer time without a picture, such as
 * that of a second kill, people who walk are not recognised, and a second record is no mistake of the move.
 */
const MOVE_SECONDS = 15;

export function scoreMoves(given: {
  readonly records: readonly FaultRecord[];
  readonly cameras: readonly TruthCamera[];
  /** When each camera was watched, in order. */
  readonly seen: ReadonlyMap<string, readonly Stretch[]>;
  readonly watched: Stretch;
  readonly moves: readonly CameraMove[];
}): MoveScore {
  const { records, cameras, seen, watched, moves } = given;
  const score: MoveScore = { movedEpisodes: 0, movedLost: 0, movedDoubled: 0, notes: [] };
  for (const camera of cameras) {
    const { id } = camera.config;
    const stretches = seen.get(id) ?? [];
    const breaks = breaksOf(
      moves.filter((move) => move.camera === id).map(({ at }) => at),
      stretches,
    );
    for (const breach of breaches(camera, 'must', watched.to)) {
      const rule = camera.config.rules.find((one) => one.id === breach.key.split('/')[0])!;
      const confirm = rule.confirmSeconds ?? CONFIRM_SECONDS[rule.kind]!;
      // A crossing is one moment: it is before a move or after it.
      if (confirm === 0) continue;
      for (const { before, after } of breaks) {
        const [lost, back] = [before.to, after.from];
        if (breach.from >= lost || breach.to <= back || lost < watched.from) continue;
        const needed = confirm + SPARE_SECONDS;
        const first =
          lost - TAIL_SECONDS - Math.max(breach.from, before.from + SETTLE_SECONDS) >= needed;
        const then =
          Math.min(breach.to, after.to - TAIL_SECONDS, watched.to) - back - SETTLE_SECONDS >=
          needed;
        if (!first && !then) continue;
        const label = `${breach.person} ${breach.key} of ${id} over the move at ${back.toFixed(1)} s`;
        const own = records.filter(
          (record) =>
            record.camera === id &&
            breachKey(record.ruleId, record.item) === breach.key &&
            record.startedAt <= breach.to + SLACK_SECONDS &&
            record.confirmedAt >= breach.from - SLACK_SECONDS &&
            peopleAt(record, camera).includes(breach.person),
        );
        score.movedEpisodes++;
        if (own.length === 0) {
          score.movedLost++;
          score.notes.push(`lost: ${label}`);
        }
        if (back - lost > MOVE_SECONDS) continue;
        // Of one of two who cover each other it is not known whose it is.
        const sure = own.filter((record) => peopleAt(record, camera).length === 1);
        const isKnown = sure.some(({ confirmedAt }) => confirmedAt <= lost + SLACK_SECONDS);
        const later = sure.filter(({ confirmedAt }) => confirmedAt > lost + SLACK_SECONDS).length;
        const doubled = Math.max(0, later - (isKnown ? 0 : 1));
        score.movedDoubled += doubled;
        if (doubled > 0) score.notes.push(`doubled: ${label}: ${own.map((one) => one.id)}`);
      }
    }
  }
  return score;
}

/** What was watched before and after each move; several moves without a picture between them are one. */
function breaksOf(
  moves: readonly number[],
  stretches: readonly Stretch[],
): { before: Stretch; after: Stretch }[] {
  const breaks = new Map<string, { before: Stretch; after: Stretch }>();
  for (const at of moves) {
    const n = stretches.findLastIndex(({ from }) => from <= at);
    const before = stretches[n];
    if (!before) continue;
    // Where both workers watched for a moment there is no break.
    const isUnbroken = before.to >= at;
    const after = isUnbroken ? { from: at, to: before.to } : stretches[n + 1];
    if (!after) continue;
    const ends = { from: before.from, to: Math.min(before.to, at) };
    breaks.set(`${ends.to} ${after.from}`, { before: ends, after });
  }
  return [...breaks.values()];
}
