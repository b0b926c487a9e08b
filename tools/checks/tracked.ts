import { execFileSync } from 'node:child_process';

/**
 * Which of the files and folders are tracked by git.
 *
 * @param root the checkout; outside a git checkout (an unpacked archive), nothing is tracked.
 * @param paths relative to the root.
 */
export function trackedFiles(root: string, paths: readonly string[]): string[] {
  try {
    const list = execFileSync('git', ['ls-files', '-z', '--', ...paths], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return list.split('\0').filter((file) => file !== '');
  } catch {
    return [];
  }
}
