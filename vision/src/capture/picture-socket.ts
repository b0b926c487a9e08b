import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RETRY_MS = 20;
/** About the size of one read from the kernel. */
const BUFFER_BYTES = 256 * 1024;
/** Portable limit of a socket path, without its terminator. */
const LONGEST_PATH = 100;

/** A path for a socket in the folder, or in the system's temporary folder if that is too long. */
export function socketPath(folder: string): string {
  const name = `pictures-${randomBytes(6).toString('hex')}.sock`;
  const path = join(folder, name);
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : join(tmpdir(), `anshi-${name}`);
}

/**
 * Reads from ffmpeg's socket as soon as it listens.
 *
 * A socket and not stdout, because a socket can be read into one reused buffer. A pipe of a child
 * process allocates a buffer for each 64 KiB; with six cameras their garbage collection took a
 * seventh of the main thread.
 *
 * @param take gets each chunk; the chunk is reused when it returns.
 * @returns a function that closes the connection, upon which ffmpeg ends with its next picture.
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
    // The name is no longer needed; removed now, it is not left behind by a killed worker.
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
