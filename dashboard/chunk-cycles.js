import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Static imports of a minified module: `import{a}from"./b.js"`, `import"./b.js"`, `export*from"./b.js"`. */
const staticImport = /(?:^|[;\n}])(?:import|export)(?:[\w$\s{},*]*from)?\s*["'](\.[^"']+\.js)["']/g;

/**
 * Finds a cycle of static imports among the files of a build. Grouping modules into chunks can make one:
 * then a class may be extended before it is there, on those pages alone that load the cycle from that
 * end.
 *
 * @param {string} folder with the built modules.
 * @returns {string[] | null} the files of one cycle, the first one again at the end; null for none.
 */
export function findCycle(folder) {
  /** @type {Map<string, string[]>} */
  const imports = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const file = join(entry.parentPath, entry.name);
    const found = [...readFileSync(file, 'utf8').matchAll(staticImport)].map(([, path]) =>
      join(dirname(file), /** @type {string} */ (path)),
    );
    imports.set(file, found);
  }
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {(file: string, path: string[]) => string[] | null} */
  const search = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return null;
    for (const next of imports.get(file) ?? []) {
      const cycle = search(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const cycle = search(file, []);
    if (cycle) return cycle.map((one) => relative(folder, one));
  }
  return null;
}
