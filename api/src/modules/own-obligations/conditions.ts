import type { Transaction } from '../../platform/db/database.ts';
import type { Services as AllServices } from '../../platform/module.ts';
import type { Condition } from './schema.ts';

/** A time that a condition began and holds still: of which record, and since when. */
export interface Occurrence {
  id: string;
  since: Date;
}

/** What a condition can be about: of a whole plant, or of one area or person. */
export const SUBJECTS: Readonly<Record<Condition, readonly string[]>> = {
  permit: ['area', 'plant'],
  'major-hazard': ['area', 'plant'],
  'exposed-post': ['person'],
};

/** The events after which a condition may hold or be over. */
export const EVENTS: Readonly<Record<string, readonly Condition[]>> = {
  permit: ['permit'],
  hazard: ['major-hazard'],
  person: ['exposed-post'],
  post: ['exposed-post'],
};

export type Services = Pick<AllServices, 'get'>;

/** Where and why a condition holds now, the earliest first. The other modules answer for their records. */
export async function occurrences(
  tx: Transaction,
  services: Services,
  { condition, subjectKind, subjectId, personId }: Asked,
): Promise<Occurrence[]> {
  const isHere = (area: string | null) => subjectKind === 'plant' || area === subjectId;
  const found = await {
    permit: async () =>
      (await services.get('permits').inAreas(tx, new Date())).filter(
        (one) => one.holds && isHere(one.area),
      ),
    'major-hazard': async () =>
      (await services.get('majorHazards')(tx)).filter(({ area }) => isHere(area)),
    'exposed-post': async () =>
      (await services.get('exposedPosts')(tx, [personId ?? ''])).map(
        ({ id, since, person }): Occurrence => ({
          id,
          since: since ?? person.hiredOn ?? person.createdAt,
        }),
      ),
  }[condition as Condition]();
  return found
    .map(({ id, since }) => ({ id, since }))
    .sort((a, b) => a.since.getTime() - b.since.getTime() || (a.id < b.id ? -1 : 1));
}

interface Asked {
  condition: string | null;
  subjectKind: string;
  subjectId: string | null;
  personId: string | null;
}
