import type { RulePrecision } from '$lib/features/models/models-api.ts';

/** Where fewer were seen rightly, a change of the rule is suggested. */
const GOOD = 0.7;

export interface RuleFigures {
  /** Verdicts that the camera saw rightly: confirmed, and permitted work. */
  right: number;
  /** Verdicts that it was mistaken; doubles count on neither side. */
  wrong: number;
  /** What to change; null where the rule is good enough, or too few were judged to tell. */
  suggestion: 'mask' | 'rest' | 'test' | null;
}

/**
 * What the verdicts of a rule at a camera say of it. Mostly permitted work is no mistake of the camera, and still a reason to let
 * the rule rest at those times.
 */
export function figuresOf(row: RulePrecision): RuleFigures {
  const { reasons, minJudged } = row;
  const allowed = reasons['allowed-work'] ?? 0;
  const doubles = reasons['duplicate'] ?? 0;
  const right = row.confirmed + allowed;
  const wrong = row.dismissed - allowed - doubles;
  const judged = right + wrong;
  const suggestion = (): RuleFigures['suggestion'] => {
    if (judged < minJudged) return null;
    if (right / judged < GOOD) {
      return (reasons['not-a-person'] ?? 0) * 2 > wrong ? 'mask' : 'test';
    }
    return row.confirmed / judged < GOOD ? 'rest' : null;
  };
  return { right, wrong, suggestion: suggestion() };
}
