import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { type FieldError, fieldError } from '../../platform/http/field-errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { changedFields, requireVersion } from '../../platform/kit/save.ts';
import { kindTexts } from '../people/kind-words.ts';
import { readCourses } from '../training/records.ts';
import { coursesAsked } from './input.ts';
import { type KnownPlace, readPlaces } from './jobs.ts';
import {
  type Place,
  type Requirement,
  type RequirementInput,
  requirementFields,
} from './requirement.ts';
import { type ReasonViews, readReasonViews } from './show.ts';

const ENTITY = 'match-requirement';

/** What machines and areas ask for: seen and set. */
export function createPlaces({ units }: { units: Units }) {
  return {
    list: (user: User): Promise<{ items: Place[] }> =>
      units.run(user, async ({ tx }) => {
        const views = await readReasonViews(tx);
        return { items: (await readPlaces(tx)).map((place) => show(place, views)) };
      }),

    /**
     * Sets all of it.
     *
     * @throws Problem `equipment.unknown`, `area.unknown`, `match.word-unknown` with the fields,
     *   `match.version-conflict` with the present one in `current`.
     */
    set: (user: User, { target, targetId, version, ...given }: RequirementInput): Promise<Place> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const read = async () => {
          const found = (await readPlaces(tx)).find(
            (one) => one.target === target && one.id === targetId,
          );
          if (!found)
            throw new Problem(target === 'machine' ? 'equipment.unknown' : 'area.unknown');
          return found;
        };
        const place = await read();
        const views = await readReasonViews(tx);
        requireVersion('match.version-conflict', place.requirement, version, show(place, views));
        await requireKnown(tx, given, place.requirement);
        const data = { ...given, updatedAt: new Date() };
        const id = place.requirement?.id ?? newId();
        const { count } = place.requirement
          ? await tx.matchRequirement.updateMany({
              where: { id, version },
              data: { ...data, version: version + 1 },
            })
          : await tx.matchRequirement.createMany({
              data: [{ tenantId: user.tenant, id, target, targetId, ...data }],
              skipDuplicates: true,
            });
        const now = await read();
        if (count === 0) {
          throw new Problem('match.version-conflict', undefined, { current: show(now, views) });
        }
        const { before, after } = changedFields(
          place.requirement ? fieldsOf(place.requirement) : {},
          given,
        );
        const logged = { [target]: targetId, ...after };
        await unit.audit({
          action: place.requirement ? 'update' : 'create',
          entity: ENTITY,
          id,
          before,
          after: logged,
        });
        const event = { requirement: id, [target]: targetId } satisfies Prisma.InputJsonObject;
        await unit.emit({ entity: ENTITY, what: 'changed', subject: id, data: event });
        return show(now, views);
      }),
  };
}

function fieldsOf(row: Requirement): Requirement {
  const names = Object.keys(requirementFields) as (keyof Requirement)[];
  return Object.fromEntries(names.map((name) => [name, row[name]])) as unknown as Requirement;
}

function show(
  { target, id, name, requirement, posts, job }: KnownPlace,
  views: ReasonViews,
): Place {
  const ofPost = ({ id: post, name: text }: { id: string; name: string }) => ({
    id: post,
    name: { zh: text, en: text },
  });
  // What some of the posts ask of their people is shown with the rest.
  const all = [job, ...job.byPost];
  const certificates = all
    .flatMap((one) => one.certificates)
    .filter(
      (one, n, every) =>
        every.findIndex((other) => other.kind === one.kind && other.category === one.category) ===
        n,
    );
  const skills = new Map<string, number>();
  for (const { skill, level } of all.flatMap((one) => one.skills)) {
    skills.set(skill, Math.max(level, skills.get(skill) ?? 0));
  }
  return {
    target,
    id,
    name,
    requirement: requirement && fieldsOf(requirement),
    version: requirement?.version ?? 0,
    posts: posts.map(ofPost),
    asks: {
      certificates: certificates.map(({ kind, category }) => ({
        kind,
        id: category,
        name: views.category(kind, category),
      })),
      skills: [...skills].map(([skill, level]) => ({
        id: skill,
        name: views.skill(skill),
        level,
      })),
      fitness: all.some(({ fitness, exposures = [] }) => fitness || exposures.length > 0),
      permit: job.permit === null ? null : { id: job.permit, name: views.permit(job.permit) },
      leastAge: job.leastAge,
      leastHours: job.leastHours,
      kinds: job.kinds.map((kind) => ({ id: kind, name: kindTexts[kind] })),
      exposures: [...new Set(all.flatMap(({ exposures = [] }) => exposures))],
      courses: [...new Set(coursesAsked(job))].map((id) => ({ id, name: views.course(id) })),
      posts: posts.filter((post) => job.posts.includes(post.id)).map(ofPost),
    },
  };
}

const dictionaryOf = {
  'special-work': 'special-work-category',
  'special-equipment': 'special-equipment-category',
  guardian: 'special-work',
} as const;

/** A word that was there already stays, also where it is not offered any more. */
async function requireKnown(
  tx: Transaction,
  given: Requirement,
  before: Requirement | null,
): Promise<void> {
  const offered = async (dictionary: 'skill' | 'special-work' | `special-${string}-category`) =>
    new Set(
      (await wordsIn(tx, dictionary as 'skill')).filter(({ active }) => active).map(({ id }) => id),
    );
  const errors: FieldError[] = [];
  const unknown = (field: string, id: string) =>
    errors.push(fieldError(field, `没有这个可选项：${id}`, `not known: ${id}`));
  for (const [kind, dictionary] of Object.entries(dictionaryOf)) {
    const of = (one: Requirement | null) =>
      (one?.certificates ?? []).filter((row) => row.kind === kind).map(({ category }) => category);
    const known = await offered(dictionary);
    for (const id of of(given)) {
      if (known.has(id) || of(before).includes(id)) continue;
      unknown('certificates', id);
    }
  }
  const skills = await offered('skill');
  for (const { skill } of given.skills) {
    if (skills.has(skill) || before?.skills.some((one) => one.skill === skill)) continue;
    unknown('skills', skill);
  }
  const courses = await readCourses(tx);
  for (const course of given.courses) {
    if (courses.isOffered(course) || before?.courses.includes(course)) continue;
    unknown('courses', course);
  }
  const { permit } = given;
  if (
    permit !== null &&
    permit !== before?.permit &&
    !(await offered('special-work')).has(permit)
  ) {
    unknown('permit', permit);
  }
  if (errors.length > 0) throw new Problem('match.word-unknown', undefined, { errors });
}
