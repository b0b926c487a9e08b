import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Block } from '../../platform/documents/spec.ts';

/** What stands for the name of another person. */
export const MASK = '***';

/** Applies a function to each text of a block. */
function mapText(block: Block, to: (text: string) => string): Block {
  switch (block.type) {
    case 'facts':
      return { ...block, rows: block.rows.map(([label, value]) => [label, to(value)] as const) };
    case 'list':
      return { ...block, items: block.items.map(to) };
    case 'picture':
      return { ...block, caption: to(block.caption) };
    default:
      return { ...block, text: to(block.text) };
  }
}

const isWordCharacter = (text: string | undefined) =>
  text !== undefined && /[\p{Script=Latin}\d]/u.test(text);

/**
 * Replaces names in a text. A name in Latin letters counts as whole words only; longer names go first, and what is to
 * be kept is left as it is.
 */
export function maskNames(text: string, names: readonly string[], keep: string): string {
  const all = [...names, keep].sort((a, b) => b.length - a.length);
  let masked = '';
  for (let at = 0; at < text.length; ) {
    const name = all.find(
      (one) =>
        text.startsWith(one, at) &&
        !(isWordCharacter(one.at(0)) && isWordCharacter(text[at - 1])) &&
        !(isWordCharacter(one.at(-1)) && isWordCharacter(text[at + one.length])),
    );
    masked += name === undefined ? text[at] : name === keep ? name : MASK;
    at += name?.length ?? 1;
  }
  return masked;
}

/**
 * Takes the names of all other people of the register out of blocks: titles of jobs and the like are free text, in which
 * people are named.
 *
 * @param self ids and name of the person whose file it is.
 */
export async function maskOthers(
  tx: Transaction,
  blocks: readonly Block[],
  self: { ids: readonly string[]; name: string },
): Promise<Block[]> {
  const all: string[] = [];
  for (const block of blocks) {
    mapText(block, (text) => {
      all.push(text);
      return text;
    });
  }
  const rows = await sqlIn(tx)<{ name: string }>(Prisma.sql`
    SELECT DISTINCT p.name FROM person p
    WHERE position(p.name IN ${all.join('\n')}) > 0 AND char_length(p.name) > 1
      AND p.name <> ${self.name} AND NOT p.id = ANY (${[...self.ids]}::text[])`);
  const names = rows.map(({ name }) => name);
  return blocks.map((block) => mapText(block, (text) => maskNames(text, names, self.name)));
}
