import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { type PostInput, type PostView, postSchema } from './schema.ts';
import type { PostNames } from './words.ts';

export type PostRow = Prisma.PostModel;

/** @throws Problem `post.unknown`. */
export async function findPost(tx: Transaction, id: string): Promise<PostRow> {
  const row = await tx.post.findFirst({ where: { id } });
  if (!row) throw new Problem('post.unknown');
  return row;
}

/** How many people hold each of the posts. */
export async function holdersOf(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sqlIn(tx)<{ id: string; count: number }>(Prisma.sql`
    SELECT post_id AS id, count(*)::int AS count FROM post_holding
    WHERE until_at IS NULL AND post_id = ANY(${[...ids]}) GROUP BY post_id`);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** The lists of a row that are stored as JSON. */
export const listsOf = (row: PostRow) => ({
  skills: row.skills as PostInput['skills'],
  exposures: row.exposures as PostInput['exposures'],
});

export function showPost(row: PostRow, names: PostNames, holders: number): PostView {
  const { words, departments, areas, machines } = names;
  const lists = listsOf(row);
  const of = (ids: readonly string[], known: ReadonlyMap<string, Bilingual>) =>
    ids.map((id) => ({ id, name: known.get(id) ?? { zh: id, en: id } }));
  const worded = (ids: readonly string[], known: ReadonlyMap<string, { name: Bilingual }>) =>
    ids.map((id) => ({ id, name: known.get(id)?.name ?? { zh: id, en: id } }));
  return answerFrom(postSchema, row, {
    ...lists,
    kindName: worded([row.kind], words.kind)[0]!.name,
    department: row.departmentId === null ? null : of([row.departmentId], departments)[0]!,
    areaNames: of(row.areas, areas),
    machineNames: of(row.machines, machines),
    skillNames: worded(
      lists.skills.map(({ skill }) => skill),
      words.skills,
    ),
    specialWorkNames: worded(row.specialWork, words.specialWork),
    specialEquipmentNames: worded(row.specialEquipment, words.specialEquipment),
    courseNames: worded(row.courses, words.courses),
    holders,
    short: row.active && holders < row.minCrew,
  });
}
