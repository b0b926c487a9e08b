import { peopleAt, type QueueFinding, type Watched } from './queue-score.ts';
import { personKey, type TruthCamera } from './queue-truth.ts';

/** A finding with the name that it got. */
export interface NamedFinding extends QueueFinding {
  /** Employee number of the person named last; null where none is. */
  name: string | null;
  /** When the name was first read, seconds of the bench; null where there was none. */
  namedAt: number | null;
}

export interface NamesScore {
  /** Findings in the time watched that are of one person by the truth. */
  findings: number;
  /** Of them those of people who agreed and wear their badge. */
  due: number;
  /** Named rightly in the given time, and at any time. */
  inTime: number;
  named: number;
  /** Findings with the name of another person, and of them the records of a person who refused or wears no badge. */
  wrong: number;
  refusedNamed: number;
  /** What was wrong or late, for people. */
  notes: string[];
}

/**
 * Holds the names of findings against the truth of the clips.
 *
 * @param wearers employee number of who agreed and wears a badge, by the worker's id in the truth.
 * @param withinSeconds from the confirm to the name.
 */
export function scoreNames(
  findings: readonly NamedFinding[],
  cameras: readonly TruthCamera[],
  {
    watched,
    wearers,
    withinSeconds,
  }: { watched: Watched; wearers: Readonly<Record<string, string>>; withinSeconds: number },
): NamesScore {
  const score: NamesScore = {
    findings: 0,
    due: 0,
    inTime: 0,
    named: 0,
    wrong: 0,
    refusedNamed: 0,
    notes: [],
  };
  for (const finding of findings) {
    const camera = cameras.find(({ config }) => config.id === finding.camera);
    if (!camera || finding.box === null) continue;
    if (finding.confirmedAt < watched.from || finding.confirmedAt > watched.to) continue;
    const people = peopleAt(finding, camera);
    const [person] = people;
    // Two people whose boxes cover each other: the truth does not tell which of them is meant.
    if (person === undefined || people.length > 1) continue;
    score.findings++;
    const wearer = Object.entries(wearers).find(
      ([worker]) => personKey(camera.truth, worker) === person,
    );
    const right = wearer?.[1] ?? null;
    const when = `${finding.camera} ${finding.ruleId}${finding.item ? `/${finding.item}` : ''} of ${person} at ${finding.confirmedAt.toFixed(1)} s`;
    if (finding.name !== null && finding.name !== right) {
      score.wrong++;
      if (right === null) score.refusedNamed++;
      score.notes.push(`wrong: ${when} is named ${finding.name}`);
    }
    if (right === null) continue;
    score.due++;
    if (finding.name !== right) {
      score.notes.push(`not named: ${when}`);
      continue;
    }
    score.named++;
    const seconds = (finding.namedAt ?? Number.POSITIVE_INFINITY) - finding.confirmedAt;
    if (seconds <= withinSeconds) score.inTime++;
    else score.notes.push(`late: ${when} is named after ${seconds.toFixed(1)} s`);
  }
  return score;
}
