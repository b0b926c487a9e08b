import { emptyCrossing } from './crossing.ts';
import { emptyDwell } from './dwell.ts';
import { emptyEvidence } from './evidence.ts';
import type { Actor, CrossingMemory, DwellMemory, EvidenceMemory } from './state.ts';

/** The memory of a rule on shares of time; a new one where there is none, or one of another kind. */
export function evidenceOf(actor: Actor, key: string): EvidenceMemory {
  const memory = actor.rules[key];
  if (memory?.kind === 'evidence') return memory;
  const fresh = emptyEvidence();
  actor.rules[key] = fresh;
  return fresh;
}

/** The same of a rule on the length of a stay. */
export function dwellOf(actor: Actor, key: string): DwellMemory {
  const memory = actor.rules[key];
  if (memory?.kind === 'dwell') return memory;
  const fresh = emptyDwell();
  actor.rules[key] = fresh;
  return fresh;
}

/** The same of a rule on a line. */
export function crossingOf(actor: Actor, key: string): CrossingMemory {
  const memory = actor.rules[key];
  if (memory?.kind === 'crossing') return memory;
  const fresh = emptyCrossing();
  actor.rules[key] = fresh;
  return fresh;
}
