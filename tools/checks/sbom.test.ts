import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Component {
  /** Name and version. */
  'bom-ref': string;
  licenses?: unknown[];
  hashes?: unknown[];
}

/** MPL-2.0, which its package does not write as SPDX does, so that npm leaves it out. */
const unread = 'node-datachannel';

// Not `--omit dev`: npm then leaves out packages that production and the tools share.
it('[SEC-23] `npm run sbom` lists every package of production with version, licence and hash', () => {
  const made = execFileSync('npm', ['run', '--silent', 'sbom'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { bomFormat, components } = JSON.parse(made) as {
    bomFormat: string;
    components: Component[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const listed = new Map(components.map((one) => [one['bom-ref'], one]));
  for (const room of ['api', 'vision', 'contracts', 'dashboard']) {
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(root, room, 'package.json'), 'utf8'),
    ) as { dependencies?: Record<string, string> };
    for (const [name, version] of Object.entries(dependencies)) {
      if (name.startsWith('@anshi/')) continue;
      const found = listed.get(`${name}@${version}`);
      const licences = name === unread ? 1 : found?.licenses?.length;
      expect([name, licences, found?.hashes?.length]).toEqual([name, 1, 1]);
    }
  }
});
