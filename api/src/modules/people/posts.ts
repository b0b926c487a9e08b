import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';

/** The post of a request: one of the register, or words. */
export interface PostGiven {
  post?: string | null | undefined;
  postId?: string | null | undefined;
}

/** The post as a person's row has it. */
export interface PostOfPerson {
  /** The words; the name of the post where it is one of the register. */
  post: string | null;
  postId: string | null;
}

/**
 * The post that a request means. Words are looked up as the code of a post, then as its name: in the
 * person's department, else in no department, else the only one of that name. Words that name no post
 * of the register are kept as they are.
 *
 * @throws Problem `person.post-unknown` for an id that is no post in use.
 */
export async function resolvePost(
  tx: Transaction,
  { post, postId }: PostGiven,
  departmentId: string,
): Promise<PostOfPerson> {
  if (postId) {
    const row = await tx.post.findFirst({ where: { id: postId, active: true } });
    if (!row) throw new Problem('person.post-unknown');
    return { post: row.name, postId };
  }
  if (!post) return { post: null, postId: null };
  const found = await tx.post.findMany({
    where: {
      active: true,
      OR: [{ code: post }, { name: { equals: escaped(post), mode: 'insensitive' } }],
    },
    orderBy: { code: 'asc' },
  });
  const match =
    found.find(({ code }) => code === post) ??
    found.find((one) => one.departmentId === departmentId) ??
    found.find((one) => one.departmentId === null) ??
    (found.length === 1 ? found[0] : undefined);
  return match ? { post: match.name, postId: match.id } : { post, postId: null };
}

/** `mode: 'insensitive'` is an ILIKE: `%` and `_` are no pattern here. */
const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** What the register of posts changes in people's files. */
export interface PeoplePosts {
  /**
   * Gives the post to the people whose words name it and who have no post of the register yet: those of
   * its department, or all where it has none.
   *
   * @returns how many.
   */
  recognise(tx: Transaction, post: PostNamed): Promise<number>;
  /** Writes the name of a post into the files of the people who have it. It moves no person. */
  rename(tx: Transaction, post: PostNamed): Promise<void>;
  /** Whether a move to the post waits for its day. */
  isPlanned(tx: Transaction, post: string): Promise<boolean>;
  /** The words of people who work here that name no post of the register, the most frequent first. */
  unknownWords(tx: Transaction): Promise<{ words: string; people: number }[]>;
}
interface PostNamed {
  id: string;
  name: string;
  departmentId: string | null;
}

export const peoplePosts: PeoplePosts = {
  async recognise(tx, { id, name, departmentId }) {
    const { count } = await tx.person.updateMany({
      where: {
        postId: null,
        post: { equals: escaped(name), mode: 'insensitive' },
        ...(departmentId === null ? {} : { departmentId }),
      },
      data: { postId: id },
    });
    return count;
  },
  async rename(tx, { id, name }) {
    await tx.person.updateMany({
      where: { postId: id, post: { not: name } },
      data: { post: name },
    });
  },
  isPlanned: async (tx, postId) =>
    (await tx.personStep.count({ where: { postId, state: 'planned' } })) > 0,
  unknownWords: (tx) =>
    sqlIn(tx)<{ words: string; people: number }>(Prisma.sql`
      SELECT min(btrim(post)) AS words, count(*)::int AS people FROM person
      WHERE post_id IS NULL AND status = 'active' AND btrim(post) <> ''
      GROUP BY lower(btrim(post)) ORDER BY people DESC, words LIMIT 50`),
};
