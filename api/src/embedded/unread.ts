import type { Socket } from 'node:net';

/**
 * Ends a connection whose client does not read what is sent to it. The broker would wait until there is
 * room again, and the messages of all others with it; and what it may not wait for it would keep without
 * limit.
 *
 * It writes by `socket.write`, which is where this looks. The answer is always that there is room: what
 * waits for this client is kept here, up to the limit.
 *
 * @param limitOf bytes that may wait; null where the broker waits for the client: then nothing changes.
 */
export function limitUnread(
  socket: Socket,
  limitOf: () => number | null,
  onRefused: (bytes: number) => void,
): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]): boolean => {
    const hasRoom = write(...given);
    const limit = limitOf();
    if (limit === null || hasRoom) return hasRoom;
    const bytes = socket.writableLength;
    if (bytes > limit && !socket.destroyed) {
      onRefused(bytes);
      socket.destroy();
    }
    return true;
  };
}
