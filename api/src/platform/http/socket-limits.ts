import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../access/network.ts';

/** How many connections may be open, and how long a request may take to arrive. */
export interface SocketLimits {
  /** Seconds from the beginning of a connection to the end of the headers of its request. */
  headersSeconds: number;
  /** Seconds for a whole request; long enough for the largest clip over a slow line. */
  requestSeconds: number;
  /** Connections of one address that have not asked anything yet. */
  unasked: number;
  /** Connections of one address. */
  ofAddress: number;
  /** Connections in all. */
  all: number;
}

/** What is usual: an office of hundreds behind one address, several connections each. */
export const usualSockets: SocketLimits = {
  headersSeconds: 15,
  requestSeconds: 300,
  unasked: 200,
  ofAddress: 2_000,
  all: 10_000,
};

interface Open {
  socket: Socket;
  key: string;
  network: string;
  asked: boolean;
  /** Requests that are being answered; a WebSocket is one until its end. */
  busy: number;
}

/**
 * Limits the open connections of a server, so that one address that opens many and asks nothing, or
 * asks once and stays, does not keep others out. Where there are too many, the oldest that is not in use is
 * closed, first one that never asked: a browser asks within milliseconds, and opens another if it needs
 * one. In all, the address that has the most gives way.
 *
 * @param options.closed hears of each that is closed or refused, by why.
 */
export function limitSockets(
  server: Server,
  limits: Pick<SocketLimits, 'unasked' | 'ofAddress' | 'all'>,
  closed: (why: 'unasked' | 'of-address' | 'all') => void,
): void {
  /** In the order in which they were opened, by address and port of the other end. */
  const open = new Map<string, Open>();
  const byNetwork = new Map<string, Set<Open>>();

  /** Closes the oldest of these that is not in use; where all are, the newest. */
  function closeOne(of: Iterable<Open>, why: Parameters<typeof closed>[0]): void {
    const list = [...of];
    const older = list.slice(0, -1);
    const one =
      older.find(({ asked }) => !asked) ?? older.find(({ busy }) => busy === 0) ?? list.at(-1);
    if (!one) return;
    closed(why);
    forget(one);
    one.socket.destroy();
  }

  function forget(one: Open): void {
    const { key, network } = one;
    if (open.get(key) === one) open.delete(key);
    const ofNetwork = byNetwork.get(network);
    ofNetwork?.delete(one);
    if (ofNetwork?.size === 0) byNetwork.delete(network);
  }

  function crowd(): Iterable<Open> {
    let most: Set<Open> = new Set();
    for (const list of byNetwork.values()) if (list.size > most.size) most = list;
    return most;
  }

  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    // It ended before it was handed over.
    if (remoteAddress === undefined) return;
    const key = keyOf(socket);
    const network = networkOf(remoteAddress);
    const one: Open = { socket, key, network, asked: false, busy: 0 };
    const ofNetwork = byNetwork.get(network) ?? new Set();
    open.set(key, one);
    byNetwork.set(network, ofNetwork.add(one));
    socket.once('close', () => forget(one));
    const unasked = [...ofNetwork].filter(({ asked }) => !asked);
    if (unasked.length > limits.unasked) closeOne(unasked, 'unasked');
    else if (ofNetwork.size > limits.ofAddress) closeOne(ofNetwork, 'of-address');
    else if (open.size > limits.all) closeOne(crowd(), 'all');
  });

  /** Of a request by TLS the socket is another object with the same other end. */
  const asks = ({ socket }: IncomingMessage): Open | undefined => {
    const one = open.get(keyOf(socket));
    if (!one) return undefined;
    one.asked = true;
    one.busy++;
    return one;
  };
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const one = asks(request);
    response.once('close', () => {
      if (one) one.busy--;
    });
  });
  // A listener of our own alone would keep a server without WebSockets from answering such a request.
  server.once('listening', () => {
    if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', asks);
  });
}

const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
