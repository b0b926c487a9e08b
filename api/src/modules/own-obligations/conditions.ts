import type { Transaction } from '../../platform/db/database.ts';
import { grouped } from '../../platform/kit/grouped.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Services as AllServices } from '../../platform/module.ts';
import { dayIn } from '../../platform/obligations/schedule.ts';
import type { Condition } from './schema.ts';

/** One occurrence of a condition that still holds: the id of its record, and its begin. */
export interface Occurrence {
  id: string;
  since: Date;
  /** The day of the begin where only the day is known, such as `2026-03-01`. */
  day?: string;
}

/** Identifies an occurrence: a permit that is resumed is another one. */
export const keyOf = ({ id, since }: Occurrence): string => `${id} ${since.toISOString()}`;

/** The day on which an occurrence began. */
export const beginDay = ({ day, since }: Occurrence, zone: string): string =>
  day ?? dayIn(since, zone);

/** Allowed kinds of subjects of each condition. */
export const SUBJECTS: Readonly<Record<Condition, readonly string[]>> = {
  permit: ['area', 'plant'],
  'major-hazard': ['area', 'plant'],
  'exposed-post': ['person'],
};

/** Entities whose events may begin or end a condition. */
export const EVENTS: Readonly<Record<string, readonly Condition[]>> = {
  permit: ['permit'],
  hazard: ['major-hazard'],
  person: ['exposed-post'],
  post: ['exposed-post'],
};

export type Services = Pick<AllServices, 'get'>;

interface Asked {
  condition: string | null;
  subjectKind: string;
  subjectId: string | null;
  personId: string | null;
}

/** The present holding of a post. */
interface Holding {
  id: string;
  since: Date | null;
  person: { hiredOn: Date | null; createdAt: Date };
}

/** Current occurrences of a condition, earliest first. */
export type ReadOccurrences = (asked: Asked) => Promise<Occurrence[]>;

/**
 * Reads current occurrences as the modules of their records report them. Records of a kind are read once for all obligations.
 *
 * @param all the obligations that will be asked for.
 */
export function occurrenceReader(
  tx: Transaction,
  services: Services,
  all: readonly Asked[],
): ReadOccurrences {
  const permits = once(() => services.get('permits').inAreas(tx, new Date()));
  const hazards = once(() => services.get('majorHazards')(tx));
  const posts = once(async () => {
    const asked = all.filter(({ condition }) => condition === 'exposed-post');
    const people = asked.flatMap(({ personId }) => personId ?? []);
    const held = await services.get('exposedPosts')(tx, people);
    return grouped(held, ({ personId }) => personId);
  });
  return async ({ condition, subjectKind, subjectId, personId }) => {
    const isHere = ({ area }: { area: string | null }) =>
      subjectKind === 'plant' || area === subjectId;
    const found: readonly Occurrence[] = await {
      permit: async () => (await permits()).filter((one) => one.holds && isHere(one)),
      'major-hazard': async () => (await hazards()).filter(isHere),
      'exposed-post': async () => ((await posts()).get(personId ?? '') ?? []).map(asOccurrence),
    }[condition as Condition]();
    return found.toSorted(
      (a, b) => a.since.getTime() - b.since.getTime() || (a.id < b.id ? -1 : 1),
    );
  };
}

/** A holding without a begin counts from the day on which the person was hired, or came into the register. */
function asOccurrence({ id, since, person: { hiredOn, createdAt } }: Holding): Occurrence {
  if (since === null && hiredOn) return { id, since: hiredOn, day: dayText(hiredOn) };
  return { id, since: since ?? createdAt };
}

/** Loads a value on its first use. */
function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loaded: Promise<Value> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
