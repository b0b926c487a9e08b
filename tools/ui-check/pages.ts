import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Visitor } from './visitor.ts';

/** More clicks than this from the start page are too many. */
export const MOST_CLICKS = 2;

/** A page, and how many clicks from the start page lead there. */
export interface FoundPage {
  path: string;
  /** Of the page of a record, the address with names in place of its ids; else the path. */
  route: string;
  depth: number;
}

/** A link to a page. */
export type FoundLink = Pick<FoundPage, 'path' | 'route'>;

const folder = resolve(import.meta.dirname, '../../dashboard/src/routes/(app)');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name === '+page.svelte' || name.endsWith('/+page.svelte'))
  .map((name) => `/${name.replace(/\/?\+page\.svelte$/, '')}`);

/** Routes that need no id, so that a link to them is a page of the menu or of a page. */
const known = new Set(
  files.map((path) => path.replaceAll(/\/\[\[\w+\]\]/g, '')).filter((path) => !path.includes('[')),
);

/** All pages for signed-in accounts whose address has no id. */
export const menuPages: readonly string[] = [...known].sort();

/** Pages of records. */
const records = files
  .filter((path) => path.includes('['))
  .map((path) => ({
    route: path.replaceAll(/\[+(\w+)\]+/g, ':$1'),
    address: new RegExp(`^${path.replaceAll(/\[+\w+\]+/g, '[^/]+')}$`),
  }));

/** The page that an address leads to; null where there is none. */
export function pageOf(path: string): FoundLink | null {
  if (known.has(path)) return { path, route: path };
  const record = records.find(({ address }) => address.test(path));
  return record ? { path, route: record.route } : null;
}

/** What the links of a page lead to for this role: its menu first, then its content. */
export async function linksOf({ page }: Visitor): Promise<FoundLink[]> {
  const links = await page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'nav a[href^="/"], #content a[href^="/"], main a[href^="/"], aside a[href^="/"], section a[href^="/"]',
      ),
    ]
      .filter((link) => link.checkVisibility())
      .map((link) => new URL((link as HTMLAnchorElement).href).pathname),
  );
  return [...new Set(links)].flatMap((path) => pageOf(path) ?? []);
}

/** Pages that are still to be walked, in the order in which a person finds them; of each kind of record the first one. */
export class Frontier {
  readonly #found = new Map<string, FoundPage>([['/', { path: '/', route: '/', depth: 0 }]]);

  /** Takes the links of a page. */
  add(from: FoundPage, links: readonly FoundLink[]): void {
    for (const { path, route } of links) {
      if (!this.#found.has(route)) this.#found.set(route, { path, route, depth: from.depth + 1 });
    }
  }

  /** All pages, also those that are found while they are gone through. */
  [Symbol.iterator](): IterableIterator<FoundPage> {
    return this.#found.values();
  }
}
