import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { type Query, queryOf, type RowsOf, readTogether } from '../../platform/db/readings.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { MatchJob } from './input.ts';
import {
  type Requirement,
  type RequirementRow,
  readRequirements,
  requirementOf,
  type Target,
  usual,
} from './requirement.ts';

/** A post as far as it says what is asked of its people. */
export interface AskingPost {
  id: string;
  name: string;
  areas: readonly string[];
  machines: readonly string[];
  specialWork: readonly string[];
  specialEquipment: readonly string[];
  skills: readonly { skill: string; level: number }[];
  courses: readonly string[];
  /** What its people are exposed to. */
  exposures: readonly string[];
}

/** A job with its name. */
export interface NamedJob {
  job: MatchJob;
  name: Bilingual;
}

const postFields = {
  id: true,
  name: true,
  areas: true,
  machines: true,
  specialWork: true,
  specialEquipment: true,
  skills: true,
  courses: true,
  exposures: true,
} as const;

/** Posts in use. */
export async function readPosts(tx: Transaction): Promise<AskingPost[]> {
  const rows = await tx.post.findMany({
    where: { active: true },
    select: postFields,
    orderBy: { id: 'asc' },
  });
  return rows.map(asking);
}

type PostRow = Omit<AskingPost, 'skills' | 'exposures'> & { skills: unknown; exposures: unknown };

const asking = ({ exposures, skills, ...row }: PostRow): AskingPost => ({
  ...row,
  skills: skills as { skill: string; level: number }[],
  exposures: (exposures as { substance: string }[]).map(({ substance }) => substance),
});

/** An id of no post. */
const NO_POST = 'none';

/** A job without requirements. */
export const noRequirements: Omit<MatchJob, 'id'> = {
  area: null,
  machine: null,
  kinds: [],
  posts: [],
  certificates: [],
  skills: [],
  exposures: [],
  fitness: false,
  trainings: [],
  permit: null,
  leastAge: null,
  leastHours: null,
  byPost: [],
};

type Asked = Pick<MatchJob, 'certificates' | 'skills' | 'fitness' | 'exposures' | 'trainings'>;

const askedBy = (post: AskingPost): Asked => ({
  certificates: [
    ...post.specialWork.map((category) => ({ kind: 'special-work' as const, category })),
    ...post.specialEquipment.map((category) => ({ kind: 'special-equipment' as const, category })),
  ],
  skills: post.skills.map(({ skill, level }) => ({ skill, level })),
  fitness: post.exposures.length > 0,
  exposures: [...new Set(post.exposures)],
  trainings: [...post.courses],
});

/** What a post asks of its people. Exposure asks for a medical check. */
export const postJob = (post: AskingPost): MatchJob => ({
  ...noRequirements,
  id: `post:${post.id}`,
  ...askedBy(post),
});

/**
 * What a machine or an area asks for: its own requirement, and where that says so what the posts that name
 * it ask of those who hold them. A post that is added takes nothing from what another one asks.
 */
export function placeJob(
  place: { target: 'machine' | 'area'; id: string; area: string | null },
  requirement: Requirement | null,
  posts: readonly AskingPost[],
): MatchJob {
  const own = requirement ?? usual(place.target);
  return {
    ...noRequirements,
    id: `${place.target}:${place.id}`,
    area: place.area,
    machine: place.target === 'machine' ? place.id : null,
    // Where no post names it, none is the right one: an empty list would ask for nothing.
    posts: own.postHeld ? (posts.length > 0 ? posts.map(({ id }) => id) : [NO_POST]) : [],
    certificates: own.certificates,
    skills: own.skills,
    fitness: own.fitness,
    kinds: own.kinds,
    exposures: own.exposures,
    trainings: own.courses,
    leastHours: own.leastHours,
    byPost: own.fromPosts ? posts.map((post) => ({ post: post.id, ...askedBy(post) })) : [],
    permit: own.permit,
    leastAge: own.leastAge,
  };
}

export type PlaceQueries = {
  readonly place: Query<{ name: Bilingual; area: string | null }>;
  readonly requirement: Query<Requirement>;
  readonly posts: Query<PostRow>;
};
/** What was read by {@link placeQueries}. */
export type PlaceRows = RowsOf<PlaceQueries>;

/** What the job of a machine or an area is made of; to be read with other queries. */
export const placeQueries = (target: Target, id: string): PlaceQueries => ({
  place: queryOf(
    target === 'machine'
      ? Prisma.sql`SELECT name, area_id AS area FROM equipment WHERE id = ${id}`
      : Prisma.sql`SELECT name, id AS area FROM area WHERE id = ${id}`,
  ),
  requirement: requirementOf(target, id),
  posts: queryOf(Prisma.sql`
    SELECT id, name, coalesce(areas, '{}') AS areas, coalesce(machines, '{}') AS machines,
      coalesce(special_work, '{}') AS "specialWork", coalesce(special_equipment, '{}') AS "specialEquipment",
      coalesce(courses, '{}') AS courses, skills, exposures
    FROM post WHERE active AND ${id} = ANY (${target === 'machine' ? Prisma.sql`machines` : Prisma.sql`areas`})
    ORDER BY id`),
});

/** The job of the rows of {@link placeQueries}. @throws Problem `equipment.unknown` or `area.unknown`. */
export function placeOf(
  target: Target,
  id: string,
  { place, requirement, posts }: PlaceRows,
): NamedJob {
  const [found] = place;
  if (!found) throw new Problem(target === 'machine' ? 'equipment.unknown' : 'area.unknown');
  const job = placeJob({ target, id, area: found.area }, requirement[0] ?? null, posts.map(asking));
  return { job, name: found.name };
}

const readPlace = async (tx: Transaction, target: Target, id: string): Promise<NamedJob> =>
  placeOf(target, id, await readTogether(tx, placeQueries(target, id)));

/** @throws Problem `equipment.unknown`. */
export const machineJob = (tx: Transaction, id: string): Promise<NamedJob> =>
  readPlace(tx, 'machine', id);

/** @throws Problem `area.unknown`. */
export const areaJob = (tx: Transaction, id: string): Promise<NamedJob> =>
  readPlace(tx, 'area', id);

/** What posts ask for, by their ids; also of those out of use, as people may hold them. */
export async function jobsOfPosts(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, MatchJob>> {
  const rows = await tx.post.findMany({ where: { id: { in: [...ids] } }, select: postFields });
  return new Map(rows.map((row) => [row.id, postJob(asking(row))]));
}

/** Also of a post out of use, as people may hold it. @throws Problem `post.unknown`. */
export async function jobOfPostRow(tx: Transaction, id: string): Promise<NamedJob> {
  const row = await tx.post.findFirst({ where: { id }, select: postFields });
  if (!row) throw new Problem('post.unknown');
  return { job: postJob(asking(row)), name: { zh: row.name, en: row.name } };
}

/** A machine or an area with its requirement, its posts and its job. */
export interface KnownPlace extends NamedJob {
  target: 'machine' | 'area';
  id: string;
  requirement: RequirementRow | null;
  posts: readonly AskingPost[];
}

/** All machines and areas in use. */
export async function readPlaces(tx: Transaction): Promise<KnownPlace[]> {
  const posts = await readPosts(tx);
  const requirements = new Map(
    (await readRequirements(tx)).map((row) => [`${row.target}:${row.targetId}`, row]),
  );
  const machines = await tx.equipment.findMany({
    select: { id: true, name: true, areaId: true },
    orderBy: { id: 'asc' },
  });
  const areas = await tx.area.findMany({
    where: { active: true },
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
  });
  const known = (target: 'machine' | 'area', id: string, area: string | null, name: unknown) => {
    const requirement = requirements.get(`${target}:${id}`) ?? null;
    const own = posts.filter((post) =>
      (target === 'machine' ? post.machines : post.areas).includes(id),
    );
    const job = placeJob({ target, id, area }, requirement, own);
    return { target, id, name: name as Bilingual, requirement, posts: own, job };
  };
  return [
    ...machines.map(({ id, name, areaId }) => known('machine', id, areaId, name)),
    ...areas.map(({ id, name }) => known('area', id, id, name)),
  ];
}
