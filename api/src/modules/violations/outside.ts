import type { Prisma } from '../../generated/prisma/client.ts';
import type { Violation } from './schema.ts';

/** A violation as other systems get it. */
export type OutsideViolation = Omit<Violation, 'verdict' | 'identity' | 'why'> & {
  verdict: Omit<NonNullable<Violation['verdict']>, 'by' | 'note'> | null;
};

/**
 * The one form in which a violation leaves: for the bus, webhooks and consumers. Of a verdict its time and
 * its reason; not who gave it, and no text of theirs. Handles of badges and what rules measured stay inside, too. A program that may know more asks the API, which
 * knows whom it answers.
 */
export function toldOutside(violation: Violation): OutsideViolation & Prisma.InputJsonObject {
  const { verdict, identity: _, why: __, operator, ...rest } = violation;
  return {
    ...rest,
    operator: operator && { ...operator, match: null },
    verdict: verdict && { at: verdict.at, reason: verdict.reason },
  };
}
