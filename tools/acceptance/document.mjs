/**
 * @typedef {'open' | 'first form' | 'proved'} State
 * @typedef {{ id: string, kind: string, what: string, state: State }} Row
 * @typedef {{ title: string, rows: Row[] }} Group
 */

const states = ['open', 'first form', 'proved'];
const kinds = 'FRNPSOIQBX';

/**
 * Reads docs/acceptance.md: groups by their headings, and rows `| ID | kind | what | state |`.
 *
 * @param {string} markdown
 * @returns {Group[]}
 * @throws Error that names the line which is no row.
 */
export function readAcceptance(markdown) {
  /** @type {Group[]} */
  const groups = [];
  const seen = new Set();
  markdown.split('\n').forEach((line, index) => {
    const heading = /^## ([A-Z]{2,3} .*)$/.exec(line);
    if (heading) groups.push({ title: /** @type {string} */ (heading[1]), rows: [] });
    const cells = /^\| ([A-Z]{2,3}-\d{2}) \|(.*)\|$/.exec(line);
    if (!cells) return;
    const [id = '', rest = ''] = cells.slice(1);
    const [kind = '', what = '', state = '', ...more] = rest.split('|').map((cell) => cell.trim());
    const problem = [
      more.length > 0 && 'has too many columns',
      !(kind.length === 1 && kinds.includes(kind)) && `has the unknown kind "${kind}"`,
      what === '' && 'says nothing',
      !states.includes(state) && `has the unknown state "${state}" (${states.join(', ')})`,
      seen.has(id) && 'is there twice',
      !groups.at(-1)?.title.startsWith(id.slice(0, id.indexOf('-'))) && 'is under another heading',
    ].find((text) => typeof text === 'string');
    if (problem) throw new Error(`docs/acceptance.md:${index + 1}: ${id} ${problem}`);
    seen.add(id);
    groups.at(-1)?.rows.push({ id, kind, what, state: /** @type {State} */ (state) });
  });
  return groups;
}
