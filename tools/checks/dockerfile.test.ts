import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEBIAN_PACKAGES } from '../../vision/src/live/mediasoup/debian-libraries.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docker/Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');

/** The lines of a build stage. */
function stage(name: string): string[] {
  const parts = text.split(/^FROM /m).slice(1);
  const found = parts.find((part) => part.split('\n')[0]!.endsWith(` AS ${name}`));
  if (!found) throw new Error(`docker/Dockerfile has no stage "${name}"`);
  return found.split('\n');
}

/** A file and all that it imports from this repository by a relative path. */
function imported(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
    imported(resolve(dirname(file), path!), seen);
  }
  return seen;
}

// It is not built here: that needs Docker.
describe('docker/Dockerfile', () => {
  it('makes the worker of mediasoup with the packages of the build, and takes it into the image', () => {
    const lines = stage('mediasoup');
    const install = lines.find((line) => line.includes('apt-get install'))!;
    for (const name of DEBIAN_PACKAGES) expect(install.split(/\s+/)).toContain(name);
    const copied = lines.flatMap((line) => /^COPY (\S+) /.exec(line)?.[1] ?? []);
    for (const file of imported(join(root, 'vision/src/live/mediasoup/make-process.ts'))) {
      const path = file.slice(root.length + 1);
      expect(
        copied.some((folder) => path.startsWith(`${folder}/`)),
        path,
      ).toBe(true);
    }
    expect(copied).toContain('contracts');
    expect(text).toMatch(/^COPY --from=mediasoup \/opt\/mediasoup \/opt\/mediasoup$/m);
    expect(text).toMatch(/^ENV MEDIASOUP_WORKER_BIN=\/opt\/mediasoup\/mediasoup-worker$/m);
  });
});
