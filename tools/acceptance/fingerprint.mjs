import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/**
 * @param {string} root
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {string | null} null outside a git checkout.
 */
function git(root, args, env = {}) {
  const { status, stdout } = spawnSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? stdout.trim() : null;
}

/**
 * @param {string} root the checkout.
 * @returns {{ commit: string | null, dirty: boolean }}
 */
export function commitOf(root) {
  return {
    commit: git(root, ['rev-parse', 'HEAD']),
    dirty: git(root, ['status', '--porcelain']) !== '',
  };
}

/**
 * The git tree of the files on disk, committed or not, without the documents that no test reads. It
 * identifies what a test run covered. It is the same before and after a commit of exactly what was
 * tested.
 *
 * @param {string} root the checkout.
 * @returns {string | null} null outside a git checkout.
 */
export function fingerprint(root) {
  const objects = git(root, ['rev-parse', '--path-format=absolute', '--git-path', 'objects']);
  if (objects === null) return null;
  const aside = mkdtempSync(join(tmpdir(), 'anshi-tree-'));
  try {
    // Uses a separate index and object store, so that the checkout's are not modified.
    const env = {
      GIT_INDEX_FILE: join(aside, 'index'),
      GIT_OBJECT_DIRECTORY: aside,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
    };
    git(root, ['read-tree', 'HEAD'], env);
    git(root, ['add', '-A', '--', '.', ':!docs', ':!*.md'], env);
    git(root, ['rm', '-r', '-q', '--cached', '--ignore-unmatch', '--', 'docs', '*.md'], env);
    return git(root, ['write-tree'], env);
  } finally {
    rmSync(aside, { recursive: true });
  }
}
