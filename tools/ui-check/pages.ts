import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Visitor } from './visitor.ts';

/** More clicks than this from the start page are too many. */
export const MOST_CLICKS = 2;

/** A page, and how many clicks from the start page lead there. */
export interface FoundPage {
  path: string;
  depth: number;
}

/** Routes that need no id, so that a link to them is a page of the menu or of a page. */
function routes(): Set<string> {
  const folder = resolve(import.meta.dirname, '../../dashboard/src/routes/(app)');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Set(
    files
      .filter((name) => name === '+page.svelte' || name.endsWith('/+page.svelte'))
      .map((name) => `/${name.replace(/\/?\+page\.svelte$/, '')}`.replaceAll(/\/\[\[\w+\]\]/g, ''))
      .filter((path) => !path.includes('[')),
  );
}

const known = routes();

/** Addresses of the links that a page shows to this role: its menu first, then its content. */
export async function linksOf({ page }: Visitor): Promise<string[]> {
  const links = await page.evaluate(() =>
    [...document.querySelectorAll('nav a[href^="/"], #content a[href^="/"]')]
      .filter((link) => link.checkVisibility())
      .map((link) => new URL((link as HTMLAnchorElement).href).pathname),
  );
  return [...new Set(links)].filter((path) => known.has(path));
}

/** Pages that are still to be walked, in the order in which a person finds them. */
export class Frontier {
  readonly #found = new Map<string, FoundPage>([['/', { path: '/', depth: 0 }]]);

  /** Takes the links of a page. */
  add(from: FoundPage, links: readonly string[]): void {
    for (const path of links) {
      if (!this.#found.has(path)) this.#found.set(path, { path, depth: from.depth + 1 });
    }
  }

  /** All pages, also those that are found while they are gone through. */
  [Symbol.iterator](): IterableIterator<FoundPage> {
    return this.#found.values();
  }
}
