import type { Prisma } from '../../generated/prisma/client.ts';
import type { HazardRow } from './rows.ts';

/** What may leave the system of a hazard: ids of places and things, words of dictionaries, times. */
interface Outside {
  no?: string;
  type?: string;
  level?: string | null;
  suggestedLevel?: string | null;
  site?: string;
  area?: string | null;
  department?: string | null;
  equipment?: string | null;
  source?: string;
  state?: string;
  outcome?: string | null;
  foundAt?: string;
  reportedAt?: string;
  closedAt?: string | null;
  links?: HazardRow['links'];
  penalty?: string;
  kind?: string;
}

const allowed: readonly (keyof Outside)[] = [
  'no',
  'type',
  'level',
  'suggestedLevel',
  'site',
  'area',
  'department',
  'equipment',
  'source',
  'state',
  'outcome',
  'foundAt',
  'reportedAt',
  'closedAt',
  'links',
  'penalty',
  'kind',
];
/** Links that lead to people stay inside. */
const PEOPLE = new Set(['person', 'user', 'account', 'reporter']);

/**
 * The one form in which anything of a hazard leaves: for the bus, webhooks and consumers. No name, no
 * text, nobody's id: a program that may know more asks the API, which knows whom it answers.
 */
export function toldOutside(facts: Outside): Prisma.InputJsonObject {
  const told: Record<string, Prisma.InputJsonValue | null> = {};
  for (const name of allowed) {
    const value = facts[name];
    if (value !== undefined) told[name] = value as Prisma.InputJsonValue | null;
  }
  if (facts.links) told.links = facts.links.filter(({ entity }) => !PEOPLE.has(entity));
  return told;
}
