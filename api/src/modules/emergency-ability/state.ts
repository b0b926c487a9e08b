/** An assessment, as far as it says whether it counts. Days are YYYY-MM-DD. */
export interface AssessmentFact {
  id: string;
  kind: string;
  level: number;
  assessedOn: string;
  validUntil: string;
  revoked: boolean;
}

/** Of each kind the newest that was not revoked: a later, lower result replaces a better one. */
export function newestOf<Fact extends AssessmentFact>(facts: readonly Fact[]): Map<string, Fact> {
  const newest = new Map<string, Fact>();
  for (const fact of facts) {
    const known = newest.get(fact.kind);
    const isLater =
      !known ||
      fact.assessedOn > known.assessedOn ||
      (fact.assessedOn === known.assessedOn && fact.id > known.id);
    if (!fact.revoked && isLater) newest.set(fact.kind, fact);
  }
  return newest;
}

/** What an assessment is on a day, among all of a person. */
export function stateOf(
  fact: AssessmentFact,
  all: readonly AssessmentFact[],
  today: string,
): 'valid' | 'expired' | 'replaced' | 'revoked' {
  if (fact.revoked) return 'revoked';
  if (newestOf(all).get(fact.kind)?.id !== fact.id) return 'replaced';
  return fact.validUntil < today ? 'expired' : 'valid';
}

/** The needs that no assessment meets on a day. */
export function missingOf<Need extends { kind: string; level: number }>(
  needs: readonly Need[],
  facts: readonly AssessmentFact[],
  today: string,
): Need[] {
  const newest = newestOf(facts);
  return needs.filter(({ kind, level }) => {
    const fact = newest.get(kind);
    return !fact || fact.validUntil < today || fact.level < level;
  });
}
