import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chmod, chown, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The unprivileged user of the server process; PostgreSQL refuses to run as root. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user to run the server as: null where this process is not root. As root it is `postgres`, or
 * the system account `nobody` on a machine without that user; no account has to be created.
 */
export function chooseServerUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (what: string) =>
        Number(execFileSync('id', [what, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // The user does not exist.
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as: add one (useradd --system postgres) or start as another user',
  );
}

/**
 * Lets only the server's user pass through a folder of root: by that user's group, which can
 * neither list nor change its contents.
 */
export async function letPass(folder: string, user: ServerUser): Promise<void> {
  const { uid, mode } = await stat(folder);
  if (uid !== process.getuid?.()) return;
  await chown(folder, uid, user.gid);
  await chmod(folder, (mode & 0o700) | 0o010);
}

/**
 * The first folder of `path` that the user may not enter, or null. Missing folders are created by
 * us and count as passable.
 */
export function closedFolder(path: string, user: ServerUser): string | null {
  const way: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    way.unshift(at);
    if (at === dirname(at)) break;
  }
  for (const folder of way) {
    if (!existsSync(folder)) return null;
    const found = statSync(folder);
    if (!found.isDirectory()) return null;
    const { mode, uid, gid } = found;
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
  }
  return null;
}
