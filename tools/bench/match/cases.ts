import type { MatchCase } from './base.ts';
import { certificates } from './certificates.ts';
import { people } from './people.ts';
import { readiness } from './readiness.ts';

/**
 * Cases of the matcher whose answers were written by hand from the rules of law and of the design, without its
 * code. Times are in China (+08:00); a last day counts to its end.
 */
export const matchCases: readonly MatchCase[] = [...people, ...certificates, ...readiness];
