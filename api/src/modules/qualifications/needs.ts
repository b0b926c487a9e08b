import {
  lastDay,
  type QualificationFact,
  type QualificationType,
  type StateAt,
  stateAt,
} from './state.ts';

/** One thing that a post asks of who holds it. */
export interface Need {
  type: QualificationType | 'training';
  /** Null for fitness: any medical result counts, the newest one decides. */
  category: string | null;
  /** The least level of a skill. */
  level: number | null;
}

export interface Met {
  met: boolean;
  code:
    | 'met'
    | 'missing'
    | 'level'
    | 'unfit'
    | 'restricted'
    | Exclude<StateAt['state'], 'valid'>
    | 'review';
  /** The last day on which it is met; null where it has no end, or is not met. */
  until: string | null;
  /** The qualification that decides; null where there is none. */
  id: string | null;
}

/** What is asked of a post's people, in a fixed order. Exposure asks for a medical check. */
export function needsOf(post: {
  specialWork: readonly string[];
  specialEquipment: readonly string[];
  skills: readonly { skill: string; level: number }[];
  exposures: readonly unknown[];
}): Need[] {
  const of = (type: QualificationType, ids: readonly string[]): Need[] =>
    ids.map((category) => ({ type, category, level: null }));
  return [
    ...of('special-work', post.specialWork),
    ...of('special-equipment', post.specialEquipment),
    ...post.skills.map(({ skill, level }): Need => ({ type: 'skill', category: skill, level })),
    ...(post.exposures.length > 0
      ? [{ type: 'fitness', category: null, level: null } satisfies Need]
      : []),
  ];
}

/** Courses that have to be passed, each once. */
export const courseNeeds = (courses: readonly string[]): Need[] =>
  [...new Set(courses)].map((category) => ({ type: 'training', category, level: null }));

/**
 * Whether a person passed a course that still counts on a day. Of several passes the one that counts longest decides.
 *
 * @param passes of the person, without those that were failed since; their ids stay out of the answer.
 */
export function meetsCourse(
  { category }: Need,
  passes: readonly { course: string; until: string | null }[],
  today: string,
): Met {
  const ends = passes.filter(({ course }) => course === category).map(({ until }) => until ?? '9');
  if (ends.length === 0) return { met: false, code: 'missing', until: null, id: null };
  const last = ends.reduce((a, b) => (a > b ? a : b));
  if (last < today) return { met: false, code: 'expired', until: null, id: null };
  return { met: true, code: 'met', until: last === '9' ? null : last, id: null };
}

/**
 * Whether a person meets a need at an instant, and if not, why. Of several qualifications the one that
 * counts longest decides; of medical results the one that begins last, so that "unfit" is not hidden by
 * an older "fit".
 */
export function meets(
  need: Need,
  facts: readonly QualificationFact[],
  instant: Date,
  timeZone: string,
): Met {
  const found = facts.filter(
    ({ type, category }) =>
      type === need.type && (need.category === null || category === need.category),
  );
  if (found.length === 0) return { met: false, code: 'missing', until: null, id: null };
  const judged = found.map((fact) => ({ fact, ...stateAt(fact, instant, timeZone) }));
  if (need.type === 'fitness') return fitness(judged);
  const enough = judged.filter(({ fact }) => (fact.level ?? 0) >= (need.level ?? 0));
  const valid = enough.filter(({ state }) => state === 'valid').sort(byEnd);
  const best = valid[0];
  if (best) return { met: true, code: 'met', until: lastDay(best.fact), id: best.fact.id };
  const near = [...enough].sort(byEnd)[0];
  if (!near) return { met: false, code: 'level', until: null, id: judged[0]!.fact.id };
  return { met: false, code: codeOf(near), until: null, id: near.fact.id };
}

type Judged = StateAt & { fact: QualificationFact };

function fitness(judged: readonly Judged[]): Met {
  const [newest] = judged
    .filter(({ state }) => state !== 'not-yet')
    .sort(
      (a, b) =>
        b.fact.validFrom.localeCompare(a.fact.validFrom) || (a.fact.id < b.fact.id ? 1 : -1),
    );
  if (!newest) return { met: false, code: 'not-yet', until: null, id: judged[0]!.fact.id };
  const { fact } = newest;
  if (newest.state !== 'valid') {
    return { met: false, code: codeOf(newest), until: null, id: fact.id };
  }
  if (fact.result === 'unfit') return { met: false, code: 'unfit', until: null, id: fact.id };
  const code = fact.result === 'restricted' ? 'restricted' : 'met';
  return { met: true, code, until: lastDay(fact), id: fact.id };
}

const codeOf = ({ state, endedBy }: StateAt): Met['code'] =>
  state === 'valid' ? 'met' : state === 'expired' && endedBy === 'review' ? 'review' : state;

/** The one that counts longest first. */
const byEnd = (a: Judged, b: Judged) =>
  (lastDay(b.fact) ?? '9').localeCompare(lastDay(a.fact) ?? '9') ||
  (a.fact.id < b.fact.id ? 1 : -1);
