import { client, take } from '$lib/api/client.ts';
import { ApiError, explain } from '$lib/api/problem.ts';
import { type DismissReason, dismissReasons, type Incident } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { ManyOutcome, SendMany } from '$lib/review/review-many.svelte.ts';
import { manyWords } from './many-words.ts';

/** Those that teach the models what was in a picture are given one by one. */
const ONE_BY_ONE: readonly DismissReason[] = ['not-a-person', 'item-worn'];

/** The reasons for many at once, in the order of their keys. */
export const manyReasons: readonly DismissReason[] = dismissReasons.filter(
  (one) => !ONE_BY_ONE.includes(one),
);

export const sendMany: SendMany<Incident> = async (decision, rows) => {
  const incidents = [...rows];
  const body = { ...decision, incidents };
  return (await take(client.POST('/api/v1/incidents/verdicts', { body }))).items;
};

/** Problems that the sentence has words of its own for. */
const NEEDS_LOOK: readonly string[] = ['incident.names-person', 'incident.others-verdict'];
const WITH_WORDS: readonly string[] = [...NEEDS_LOOK, 'incident.claimed'];

/** What became of many incidents, in a sentence. */
export function manySummary(of: ManyOutcome<Incident>): string {
  const t = manyWords.t;
  const byOthers = of.changed.filter((one) => one !== null && isDecided(one)).length;
  const changed = of.changed.length - byOthers;
  const countOf = (code: string): number => of.refused.filter((one) => one.code === code).length;
  const look = of.refused.filter(({ code }) => NEEDS_LOOK.includes(code)).length;
  const claimed = countOf('incident.claimed');
  const others = new Map(
    of.refused
      .filter(({ code }) => !WITH_WORDS.includes(code))
      .map(({ code, text }) => [code, text]),
  );
  const left = of.asked - of.done.length - of.changed.length - of.refused.length - of.lost;
  const parts = [
    t.done[of.decision.decision](of.done.length),
    ...(byOthers > 0 ? [t.byOthers(byOthers)] : []),
    ...(changed > 0 ? [t.changed(changed)] : []),
    ...(look > 0 ? [t.look(look)] : []),
    ...(claimed > 0 ? [t.claimed(claimed)] : []),
    ...[...others].map(([code, text]) =>
      t.refused(countOf(code), explain(new ApiError(409, code, text), i18n.t)),
    ),
    ...(of.lost > 0 ? [t.lost(of.lost)] : []),
    ...(of.error !== null && left > 0 ? [t.rest(left, explain(of.error, i18n.t))] : []),
  ];
  return parts.join(t.comma);
}

const isDecided = ({ status, undecided }: Incident) => status !== 'pending' && undecided === 0;
