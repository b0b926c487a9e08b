import type { CameraConfig, Observation } from '@anshi/contracts';
import { judge } from '../../../vision/src/judge/judge.ts';
import { emptyJudgeState } from '../../../vision/src/judge/state.ts';
import type { ConfirmedVerdict } from '../../../vision/src/judge/verdict.ts';
import type { Stream, TruthEvent } from './data.ts';

/** A record may begin so long before the truth does, and be confirmed so long after it ended, ms. */
const EARLY_MS = 2_000;
const LATE_MS = 3_000;

/** The result of one rule of one stream, or of one kind of rule over streams. */
export interface RuleScore {
  /** Events that have to be found, and those of them that were. */
  due: number;
  found: number;
  /** Records beyond those that an event may have. */
  doubled: number;
  /** Records without an event. */
  wrong: number;
  hours: number;
  /** From due to confirmed, seconds. */
  delays: number[];
}

export const emptyScore = (): RuleScore => ({
  due: 0,
  found: 0,
  doubled: 0,
  wrong: 0,
  hours: 0,
  delays: [],
});

/** What a score missed or said wrongly, for a person who looks for the reason. */
export interface Mistake {
  readonly stream: string;
  readonly ruleId: string;
  readonly what: 'missed' | 'doubled' | 'wrong';
  readonly at: string;
}

/** Judges a whole stream, as fast as it can be read. */
export async function judgeStream(
  config: CameraConfig,
  observations: Stream['observations'],
): Promise<{ confirmed: ConfirmedVerdict[]; from: number; to: number }> {
  let state = emptyJudgeState(config.id);
  const confirmed: ConfirmedVerdict[] = [];
  let first: Observation | undefined;
  let last: Observation | undefined;
  for await (const observation of observations) {
    first ??= observation;
    last = observation;
    const judged = judge(config, state, observation);
    state = judged.state;
    for (const verdict of judged.verdicts)
      if (verdict.type === 'confirmed') confirmed.push(verdict);
  }
  return { confirmed, from: Date.parse(first?.at ?? ''), to: Date.parse(last?.at ?? '') };
}

/** Compares the records of a stream with its truth, by rule id. */
export function scoreStream(
  stream: Pick<Stream, 'name' | 'config' | 'truth'>,
  judged: { confirmed: readonly ConfirmedVerdict[]; from: number; to: number },
): { scores: Map<string, RuleScore>; mistakes: Mistake[] } {
  const { name, config, truth } = stream;
  const from = truth.from === undefined ? judged.from : Date.parse(truth.from);
  const to = truth.to === undefined ? judged.to : Date.parse(truth.to);
  const scores = new Map<string, RuleScore>();
  const mistakes: Mistake[] = [];
  for (const { id: ruleId } of config.rules) {
    const score = { ...emptyScore(), hours: (to - from) / 3_600_000 };
    scores.set(ruleId, score);
    const events = truth.events.filter((event) => event.ruleId === ruleId);
    const records = new Map<TruthEvent, ConfirmedVerdict[]>();
    const note = (what: Mistake['what'], at: number) =>
      mistakes.push({ stream: name, ruleId, what, at: new Date(at).toISOString() });
    for (const record of judged.confirmed) {
      if (record.ruleId !== ruleId || record.confirmedAt < from || record.confirmedAt > to)
        continue;
      const near = eventsOf(record, events);
      const isOpen = (one: TruthEvent) => (records.get(one)?.length ?? 0) < one.atMost;
      const event = near.find(isOpen) ?? near[0];
      if (event) records.set(event, [...(records.get(event) ?? []), record]);
      else {
        score.wrong++;
        note('wrong', record.confirmedAt);
      }
    }
    for (const event of events) {
      const own = records.get(event) ?? [];
      if (event.must) score.due++;
      if (own[0] && event.must) {
        score.found++;
        const due = Date.parse(event.due ?? event.from);
        score.delays.push((own[0].confirmedAt - due) / 1000);
      }
      if (!own[0] && event.must) note('missed', Date.parse(event.from));
      const more = Math.max(0, own.length - event.atMost);
      score.doubled += more;
      if (more > 0) note('doubled', own.at(-1)!.confirmedAt);
    }
  }
  return { scores, mistakes };
}

/**
 * The events that a record may be of, the likeliest first: of the same rule, item and person, at the same
 * time. Where two people had a track, that of the one who had the last track of the record comes first; then
 * the one that began at the same time.
 */
function eventsOf(record: ConfirmedVerdict, events: readonly TruthEvent[]): TruthEvent[] {
  const last = record.tracks.at(-1);
  const isOfLast = ({ tracks }: TruthEvent) => last !== undefined && tracks.includes(last);
  const apart = ({ from }: TruthEvent) => Math.abs(record.startedAt - Date.parse(from));
  return events
    .filter(
      ({ item, from, to, tracks }) =>
        item === record.item &&
        record.confirmedAt >= Date.parse(from) - EARLY_MS &&
        record.startedAt <= Date.parse(to) + LATE_MS &&
        (record.subject !== 'person' ||
          tracks.length === 0 ||
          record.tracks.some((track) => tracks.includes(track))),
    )
    .sort((a, b) => Number(isOfLast(b)) - Number(isOfLast(a)) || apart(a) - apart(b));
}

export function add(sum: RuleScore, one: RuleScore): RuleScore {
  return {
    due: sum.due + one.due,
    found: sum.found + one.found,
    doubled: sum.doubled + one.doubled,
    wrong: sum.wrong + one.wrong,
    hours: sum.hours + one.hours,
    delays: [...sum.delays, ...one.delays],
  };
}
