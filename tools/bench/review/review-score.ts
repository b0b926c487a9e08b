import { type Agreement, kappaOf } from '../../../api/src/modules/second-reviews/kappa.ts';
import type { SentDecision } from './in-page.ts';

/** The verdicts of an incident in the order in which they were recorded. */
export type Recorded = ReadonlyMap<string, readonly string[]>;

export interface DecisionScore {
  /** Decisions that the API acknowledged. */
  readonly taken: number;
  /** Those that the page showed as taken and that are not on record. */
  readonly lost: number;
  /** On record more often than they were given. */
  readonly doubled: number;
  /** The page said that they were not taken, and they are: the API was killed between commit and answer. */
  readonly takenUnanswered: number;
  readonly notes: readonly string[];
}

/**
 * Compares what a page sent with what is on record.
 *
 * @param refusalsShown how many of them the page said were not taken; a failed one of which it said nothing was shown as
 *   taken.
 */
export function scoreDecisions(
  sent: readonly SentDecision[],
  recorded: Recorded,
  refusalsShown: number,
): DecisionScore {
  const notes: string[] = [];
  const isTaken = ({ status }: SentDecision) => status !== null && status >= 200 && status < 300;
  let lost = 0;
  let doubled = 0;
  let takenUnanswered = 0;
  for (const incident of new Set(sent.map((one) => one.incident))) {
    const mine = sent.filter((one) => one.incident === incident);
    const rows = recorded.get(incident) ?? [];
    let at = 0;
    for (const one of mine) {
      // Without an answer it may be on record or not; a refused one may not.
      const mayBe = isTaken(one) || one.status === null || one.status === 0;
      if (mayBe && rows[at] === one.decision) {
        at += 1;
        if (!isTaken(one)) takenUnanswered += 1;
      } else if (isTaken(one)) {
        lost += 1;
        notes.push(`${incident}: ${one.decision} was taken and is not on record (${rows.join()})`);
      }
    }
    if (rows.length > at) {
      doubled += rows.length - at;
      notes.push(
        `${incident}: ${rows.join()} on record of ${mine.map((one) => one.decision).join()}`,
      );
    }
  }
  const failed = sent.filter((one) => !isTaken(one)).length;
  const unsaid = Math.max(0, failed - refusalsShown);
  if (unsaid > 0) notes.push(`${unsaid} decisions failed and the page did not say so`);
  return {
    taken: sent.filter(isTaken).length,
    lost: lost + unsaid,
    doubled,
    takenUnanswered,
    notes,
  };
}

/**
 * How far the verdicts agree with the labels of the clips: a verdict that was given on another picture than that of its
 * record differs. Those that were taken back count, too: they were given on what was on the screen.
 *
 * @param isViolation the label of an incident; undefined where it has none.
 */
export function agreementWithLabels(
  sent: readonly SentDecision[],
  isViolation: (incident: string) => boolean | undefined,
): Agreement {
  const counts = [
    [0, 0],
    [0, 0],
  ];
  for (const { incident, decision, inOutage, status } of sent) {
    const label = isViolation(incident);
    // While the API is away there is no picture to judge by.
    const isJudged = !inOutage && status === 200 && decision !== 'reopen';
    const row = counts[label ? 0 : 1];
    if (isJudged && label !== undefined && row) row[decision === 'confirm' ? 0 : 1]! += 1;
  }
  return kappaOf(counts);
}

/** The targets of a run. */
export interface ReviewTargets {
  readonly perMinute: number;
  readonly pictureP95Ms: number;
  readonly agreement: number;
}

export interface ReviewFigures {
  readonly decisionsPerMinute: number;
  readonly pictureP95Ms: number;
  readonly pictures: number;
  readonly withoutPicture: number;
  readonly changedByItself: number;
  readonly layoutShift: number;
  readonly lost: number;
  readonly doubled: number;
  readonly arrivedShare: number;
  /** Decisions that were under way when the API was killed, or sent while it was away. */
  readonly sentInOutage: number;
  /** Cohen's kappa with the labels; of no use below 20 decisions, or where all have one label. */
  readonly labelKappa: number;
  readonly labelled: number;
}

/** Fewer decisions on labelled clips say nothing. */
const FEWEST_LABELLED = 20;

/** Which targets a run missed, in words; none where it met all. */
export function reviewMisses(run: ReviewFigures, targets: ReviewTargets): string[] {
  const { decisionsPerMinute, pictureP95Ms, pictures, withoutPicture } = run;
  const rules: [isMet: boolean, text: string][] = [
    [
      decisionsPerMinute >= targets.perMinute,
      `${decisionsPerMinute.toFixed(1)} decisions a minute, the target is ${targets.perMinute}`,
    ],
    [
      pictures > 0 && pictureP95Ms <= targets.pictureP95Ms,
      `${pictureP95Ms.toFixed(0)} ms from the key to the next picture (p95 of ${pictures}), the target is ${targets.pictureP95Ms} ms`,
    ],
    [withoutPicture === 0, `${withoutPicture} records without a picture`],
    [run.changedByItself === 0, `the selection changed by itself: ${run.changedByItself}`],
    [run.layoutShift === 0, `layout shift ${run.layoutShift.toFixed(4)}`],
    [run.lost === 0, `${run.lost} decisions lost`],
    [run.doubled === 0, `${run.doubled} decisions on record that were not given`],
    [run.arrivedShare >= 0.9, `${(run.arrivedShare * 100).toFixed(0)} % of the new rows came`],
    [
      run.labelled >= FEWEST_LABELLED && run.labelKappa >= targets.agreement,
      `agreement with the labels ${run.labelKappa.toFixed(3)} (kappa of ${run.labelled}), the target is ${targets.agreement}`,
    ],
    [run.sentInOutage > 0, 'no decision was under way when the API was killed'],
  ];
  return rules.filter(([isMet]) => !isMet).map(([, text]) => text);
}
