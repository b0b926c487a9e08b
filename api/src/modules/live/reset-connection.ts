import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Ends a connection and throws away what waits in the buffers of the kernel, which it would send
 * after any other end: megabytes, to one that reads slowly.
 */
export function resetConnection(socket: Socket): void {
  // TLS has no such end of its own: the connection below it is reset.
  const below = socket instanceof TLSSocket ? connectionBelow(socket) : socket;
  try {
    below?.resetAndDestroy();
  } catch {
    // Not a TCP socket: it is destroyed.
  }
  socket.destroy();
}

/** Node has no public name for it; a test tells when it is gone. */
function connectionBelow(socket: TLSSocket): Socket | undefined {
  return (socket as { _parent?: Socket })._parent;
}
