import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RETRY_MS = 20;
/** About what the kernel hands over at once. */
const BUFFER_BYTES = 256 * 1024;
/** What a socket's path may have at most on all systems, less its end. */
const LONGEST_PATH = 100;

/** A path for a socket in the folder, or in the system's where that one's is too long. */
export function socketPath(folder: string): string {
  const name = `pictures-${randomBytes(6).toString('hex')}.sock`;
  const path = join(folder, name);
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : join(tmpdir(), `anshi-${name}`);
}

/**
 * Reads what ffmpeg writes to its socket, from the moment that it listens there.
 *
 * A socket and not stdout, because a socket can be read into one buffer again and again. A pipe of
 * a child process gets a new buffer for each 64 KiB; with six cameras the garbage collection of
 * those took a seventh of the main thread.
 *
 * @param take gets each chunk; the chunk is used again when it returns.
 * @returns the way to hang up, upon which ffmpeg ends with its next picture.
 */
export function receive(path: string, take: (chunk: Uint8Array) => void): () => void {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  let socket: Socket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  const attempt = () => {
    socket = connect({
      path,
      onread: {
        buffer,
        callback: (length) => {
          take(buffer.subarray(0, length));
          return true;
        },
      },
    });
    // The name has served its purpose; a worker that is killed leaves none behind.
    socket.once('connect', () => rm(path, { force: true }, () => {}));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const early = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      if (early && !closed) retry = setTimeout(attempt, RETRY_MS);
    });
  };
  attempt();
  return () => {
    closed = true;
    clearTimeout(retry);
    socket?.destroy();
    rm(path, { force: true }, () => {});
  };
}
