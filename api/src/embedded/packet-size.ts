import type { Socket } from 'node:net';

/**
 * Follows the frames of MQTT in what a socket reads and ends the connection at the first byte that
 * announces a packet above the limit, before its content is kept anywhere.
 *
 * The broker's parser collects a packet of up to 256 MiB; it offers no limit of its own. It reads by
 * `socket.read`, which is where this looks.
 *
 * @param limit bytes of a whole packet.
 */
export function limitPacketSize(socket: Socket, limit: number, onRefused: (bytes: number) => void) {
  const frames = new FrameLengths();
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk = read(size) as Buffer | null;
    if (chunk === null) return null;
    const largest = frames.take(chunk);
    if (largest <= limit) return chunk;
    onRefused(largest);
    socket.destroy();
    return null;
  };
}

/** Reads the lengths of MQTT packets from a stream of bytes. */
export class FrameLengths {
  /** Bytes of the present packet that are still to come. */
  #left = 0;
  /**
   * Position in the fixed header: -1 before its first byte, else the number of length bytes read.
   */
  #lengthBytes = -1;
  #length = 0;

  /** @returns the largest packet that begins in these bytes, 0 for none. */
  take(chunk: Uint8Array): number {
    let largest = 0;
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.#lengthBytes === -1) {
        this.#lengthBytes = 0;
        this.#length = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
      this.#lengthBytes += 1;
      largest = Math.max(largest, this.#length + 1 + this.#lengthBytes);
      // Four bytes at most; the parser refuses a fifth.
      if ((byte & 0x80) !== 0 && this.#lengthBytes < 4) continue;
      this.#left = this.#length;
      this.#lengthBytes = -1;
    }
    return largest;
  }
}
