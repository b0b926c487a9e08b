import type { Equipment, PpeState } from '@anshi/contracts';
import type { VerdictCard } from '../detect/card/verdict.ts';
import type { PpeCard } from '../detect/model-card.ts';
import type { ItemAnswer, PersonAnswers } from '../frame.ts';

type ItemTrust = VerdictCard['trust'][string];

/**
 * Joins what the detector's parts and the classifier say of one person. Where both decide and disagree, the
 * item is unknown; so is an item of the classifier in a frame in which it did not look. Where it looked and
 * cannot tell, the parts decide if the card allows it for this item.
 *
 * @param answer left out: the classifier did not look at this person.
 */
export function joinAnswers(
  { verdict }: Pick<PpeCard, 'verdict'>,
  byParts: Equipment,
  answer: PersonAnswers | undefined,
): Equipment {
  if (!verdict) return byParts;
  const joined: Record<string, PpeState> = { ...byParts };
  for (const [item, trust] of Object.entries(verdict.trust)) {
    const said = answer?.items[item];
    joined[item] = said ? join(byParts[item] ?? 'unknown', said, trust) : 'unknown';
  }
  return joined;
}

function join(byParts: PpeState, answer: ItemAnswer, trust: ItemTrust): PpeState {
  const byCrop = decide(answer, trust);
  if (byCrop === 'unknown') return trust.partsAlone ? byParts : 'unknown';
  return byParts === 'unknown' || byParts === byCrop ? byCrop : 'unknown';
}

function decide(answer: ItemAnswer, trust: ItemTrust): PpeState {
  if (answer.worn >= trust.worn) return 'worn';
  return answer.missing >= trust.missing ? 'missing' : 'unknown';
}
