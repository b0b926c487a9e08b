import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { manifests } from '../../modules/manifests.ts';
import type { ModuleManifest } from '../manifest.ts';
import { noticeKinds } from './kinds.ts';

const src = join(import.meta.dirname, '../..');

/** The code that can send notices: neither what declares kinds nor what tests them. */
async function sources(): Promise<Map<string, string>> {
  const names = await readdir(src, { recursive: true });
  const wanted = names.filter(
    (name) =>
      name.endsWith('.ts') &&
      !/\.test\.ts$|(^|\/)manifest\.ts$|^generated\/|^testing\//.test(name) &&
      // It falls back to `other` for kinds of older versions.
      name !== relative(src, join(import.meta.dirname, 'kinds.ts')),
  );
  const read = await Promise.all(wanted.map((name) => readFile(join(src, name), 'utf8')));
  return new Map(wanted.map((name, n) => [name, read[n] as string]));
}

/** Kinds that the code names, other than to ask for their link. */
export function sentIn(code: string): string[] {
  const sending = code.replace(/noticeLink\(\s*'[^']+'/g, '');
  return noticeKinds.map(({ id }) => id).filter((id) => sending.includes(`'${id}'`));
}

it('every kind that people can choose is sent by some code', async () => {
  // What falls due is told by one job, with the kind that the manifest names.
  const due = (manifests as readonly ModuleManifest[]).flatMap(({ obligations = {} }) =>
    Object.values(obligations).map(({ notice }) => notice),
  );
  const sent = new Set([...[...(await sources()).values()].flatMap(sentIn), ...due]);
  const unsent = noticeKinds.map(({ id }) => id).filter((id) => !sent.has(id) && id !== 'other');
  expect(unsent, 'send them, or take them out of their manifests').toEqual([]);
});

it('the check sees a kind that is only linked to', () => {
  expect(sentIn("noticeLink('system.problem', id)")).toEqual([]);
  expect(sentIn("kind: 'system.problem'")).toEqual(['system.problem']);
});
