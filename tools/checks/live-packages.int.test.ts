import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Listed {
  dependencies?: Record<string, Listed & { version?: string }>;
}

/** Names with versions, at any depth. */
function namesIn({ dependencies = {} }: Listed): string[] {
  return Object.entries(dependencies).flatMap(([name, one]) => [
    `${name}@${one.version}`,
    ...namesIn(one),
  ]);
}

// That each of them serves a picture: e2e/live-mediasoup and e2e/live-mpeg1.
it('both libraries of live views are installed, as the worker asks for them', async () => {
  const asked = ['ls', 'mediasoup', 'node-rtsp-stream', '--json'];
  const { stdout } = await promisify(execFile)('npm', asked, { cwd: root });
  const listed = new Set(namesIn(JSON.parse(stdout) as Listed));
  const { default: vision } = await import('../../vision/package.json', { with: { type: 'json' } });
  const { dependencies, optionalDependencies } = vision;
  expect(listed).toContain(`node-rtsp-stream@${dependencies['node-rtsp-stream']}`);
  expect(listed).toContain(`mediasoup@${optionalDependencies.mediasoup}`);
});
