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

/**
 * Replaces names in a text. A name in Latin letters counts as whole words only; longer names go first, and what is to
 * be kept is left as it is.
 */
export function maskNames(text: string, names: readonly string[], keep: string): string {
  const parts = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => {
      const [before, after] = [/^[\p{Script=Latin}\d]/u, /[\p{Script=Latin}\d]$/u];
      return (
        (before.test(name) ? '(?<![\\p{Script=Latin}\\d])' : '') +
        literal(name) +
        (after.test(name) ? '(?![\\p{Script=Latin}\\d])' : '')
      );
    });
  if (parts.length === 0) return text;
  const pattern = new RegExp(`${literal(keep)}|${parts.join('|')}`, 'gu');
  return text.replaceAll(pattern, (found) => (found === keep ? found : MASK));
}

/** As a part of a pattern. */
const literal = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');

/**
 * Takes the names of all other people of the register out of blocks: titles of jobs and the like are free text, and may
 * name anybody of the plant.
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
