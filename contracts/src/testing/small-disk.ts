import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that can be filled to its last byte, and freed. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all that is left, but for so many bytes. */
  fill(leave?: number): void;
  free(): void;
  unmount(): void;
}

const FILLER = '.filler';
const mount = (path: string, megabytes: number) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', path]);

/** Whether this user may mount a file system. Where not, tests of full disks do not run here. */
export const canMount: boolean = (() => {
  if (process.platform !== 'linux') return false;
  const path = mkdtempSync(join(tmpdir(), 'anshi-mount-'));
  const may = mount(path, 1).status === 0;
  if (may) spawnSync('umount', [path]);
  rmSync(path, { recursive: true, force: true });
  return may;
})();

/**
 * Mounts a file system in memory.
 *
 * @param path an empty folder; a new one where it is left out.
 * @throws Error where this user may not.
 */
export function smallDisk(
  megabytes: number,
  path = mkdtempSync(join(tmpdir(), 'anshi-small-')),
): SmallDisk {
  const { status, stderr } = mount(path, megabytes);
  if (status !== 0) throw new Error(`no file system can be mounted: ${stderr}`);
  const filler = join(path, FILLER);
  return {
    path,
    fill(leave = 0) {
      const file = openSync(filler, 'a');
      for (let bytes = 1024 * 1024; bytes >= 1; ) {
        try {
          if (writeSync(file, Buffer.alloc(bytes, 1)) < bytes) bytes = Math.floor(bytes / 2);
        } catch {
          bytes = Math.floor(bytes / 2);
        }
      }
      ftruncateSync(file, Math.max(0, fstatSync(file).size - leave));
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    unmount() {
      spawnSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
