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

const folded = (text: string) => text.toLowerCase();

/** As it is printed: what cannot be seen would hide a name from the search. */
const visible = (text: string) =>
  text.normalize('NFC').replaceAll(/[\p{Cf}\p{Variation_Selector}]/gu, '');

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
        folded(text.slice(at, at + one.length)) === folded(one) &&
        !(isWordCharacter(one.at(0)) && isWordCharacter(text[at - 1])) &&
        !(isWordCharacter(one.at(-1)) && isWordCharacter(text[at + one.length])),
    );
    masked +=
      name === undefined ? text[at] : name === keep ? text.slice(at, at + name.length) : MASK;
    at += name?.length ?? 1;
  }
  return masked;
}

/**
 * Takes the names of all other people of the register out of blocks: titles of jobs and the like are free text, in which
 * people are named. Names are found in any case, and with characters between that cannot be seen.
 *
 * @param self ids and name of the person whose file it is.
 */
export async function maskOthers(
  tx: Transaction,
  blocks: readonly Block[],
  self: { ids: readonly string[]; name: string },
): Promise<Block[]> {
  const all: string[] = [];
  const shown = blocks.map((block) =>
    mapText(block, (text) => {
      const clean = visible(text);
      all.push(clean);
      return clean;
    }),
  );
  const own = visible(self.name);
  // Accounts have a name in each language.
  const rows = await sqlIn(tx)<{ name: string }>(Prisma.sql`
    SELECT DISTINCT n.name FROM (
      SELECT p.id, normalize(p.name) AS name FROM person p
      UNION ALL SELECT u.person_id, normalize(u.display_name->>l) FROM app_user u, unnest(ARRAY['zh', 'en']) l
        WHERE u.person_id IS NOT NULL) n
    WHERE position(lower(n.name) IN lower(${all.join('\n')})) > 0 AND char_length(n.name) > 1
      AND n.name <> ${own} AND NOT n.id = ANY (${[...self.ids]}::text[])`);
  const names = rows.map(({ name }) => visible(name));
  return shown.map((block) => mapText(block, (text) => maskNames(text, names, own)));
}
