import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chmod, chown, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The unprivileged user that the server runs as; PostgreSQL refuses to run as root. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user to run the server as: null where this process is not root and runs it as itself. Root
 * hands it to `postgres` where that user exists, else to `nobody`, so that no user has to be made.
 */
export function chooseServerUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (what: string) =>
        Number(execFileSync('id', [what, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user here.
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as: add one (useradd --system postgres) or start as another user',
  );
}

/**
 * Lets the server's user, and no other, pass through a folder of root: by the group of that user, who
 * can neither list nor change what is in it.
 */
export async function letPass(folder: string, user: ServerUser): Promise<void> {
  const { uid, mode } = await stat(folder);
  if (uid !== process.getuid?.()) return;
  await chown(folder, uid, user.gid);
  await chmod(folder, (mode & 0o700) | 0o010);
}

/**
 * The first folder on the way to `path` that the user may not enter, or null. Folders that do not
 * exist yet are ours to make and count as passable.
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
