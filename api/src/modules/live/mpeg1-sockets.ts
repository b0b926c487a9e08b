import type { Socket } from 'node:net';
import { slug } from '@anshi/contracts';
import type { WebSocket } from '@fastify/websocket';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Auth } from '../../platform/access/auth.ts';
import { Problem } from '../../platform/http/errors.ts';
import { connectionToEvict, hasTooMany } from '../../platform/live/connection-limits.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { resetConnection } from './reset-connection.ts';
import type { NoteView } from './routes.ts';
import type { LiveService, StreamedView } from './service.ts';
import { TsGate } from './ts-gate.ts';
import { ViewerBacklog } from './viewer-backlog.ts';

const ASKED_WITHIN_MS = 10_000;
const PING_EVERY_MS = 1_000;
/** What may wait in this process for a viewer whose kernel buffers are full, bytes. */
const MOST_WAITING = 256 * 1024;
/** A wall of 36 tiles, twice; and an account on several screens. */
const MOST = { ofSession: 72, ofAccount: 144 };

/** Application close codes, as of the live events; 4403: refused, the message before says why. */
const CLOSE_AUTH = 4401;
const CLOSE_REFUSED = 4403;
/** Standard code: try again later. */
const CLOSE_LATER = 1013;

const request = z.strictObject({ token: z.string().max(4096), camera: slug });

interface Parts {
  readonly auth: Pick<Auth, 'verify'>;
  readonly service: Pick<LiveService, 'stream'>;
  readonly note: NoteView;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'mpeg1Gaps'>;
}

interface Client {
  readonly socket: WebSocket;
  /** The connection below the WebSocket. */
  readonly connection: Socket;
  readonly address: string;
  readonly backlog: ViewerBacklog;
  account: Account | null;
  session: string;
}

/**
 * Views by MPEG-1 on WebSockets of the API: no other port, and no other right than for WebRTC. One
 * socket is one view. The first message asks for it; the answer is JSON, and then MPEG-TS.
 */
export class Mpeg1Sockets {
  readonly #parts: Parts;
  readonly #clients = new Set<Client>();
  readonly #pinging: NodeJS.Timeout;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#pinging = setInterval(() => this.#pingAll(), PING_EVERY_MS).unref();
  }

  /**
   * A new connection.
   *
   * @param connection the one below the WebSocket.
   * @param requestId for the audit log.
   */
  accept(socket: WebSocket, connection: Socket, address: string, requestId: string): void {
    const crowded = connectionToEvict(this.#clients, address);
    if (crowded) this.#drop(crowded, CLOSE_LATER, 'too many connections that have not asked');
    const backlog = new ViewerBacklog();
    const client: Client = { socket, connection, address, backlog, account: null, session: '' };
    this.#clients.add(client);
    const timer = setTimeout(() => socket.close(CLOSE_AUTH, 'not signed in'), ASKED_WITHIN_MS);
    socket.on('pong', (payload) => backlog.pong(payload.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      this.#clients.delete(client);
    });
    socket.once('message', (data) => {
      clearTimeout(timer);
      socket.on('message', () => cut(client));
      this.#serve(client, String(data), requestId).catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, 'a view by MPEG-1 failed');
        socket.close(CLOSE_LATER, 'try again later');
      });
    });
  }

  close(): void {
    clearInterval(this.#pinging);
    for (const client of this.#clients) cut(client);
  }

  async #serve(client: Client, text: string, requestId: string): Promise<void> {
    const { socket } = client;
    let view: StreamedView;
    try {
      view = await this.#open(client, text, requestId);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const code = error.status === 401 ? CLOSE_AUTH : CLOSE_REFUSED;
      if (socket.readyState === socket.OPEN) {
        socket.send(JSON.stringify({ type: 'refused', problem: error.toJSON() }));
      }
      socket.close(code, error.code);
      return;
    }
    if (socket.readyState === socket.OPEN) {
      socket.send(JSON.stringify({ type: 'started', engine: view.engine }));
      await this.#forward(client, view);
    }
    view.end();
    cut(client);
  }

  /** @throws Problem where the view is refused. */
  async #open(client: Client, text: string, requestId: string): Promise<StreamedView> {
    const asked = request.safeParse(readJson(text)).data;
    if (!asked) throw new Problem('request.invalid');
    const { auth, note, service } = this.#parts;
    const { account, session } = await auth.verify(asked.token);
    if (hasTooMany(this.#clients, account, session, MOST)) {
      throw new Problem('live.unavailable', 'This account watches too many cameras at once.');
    }
    Object.assign(client, { account, session });
    const view = await service.stream(asked.camera, { account, session });
    const { address, socket } = client;
    socket.once('close', () => view.end());
    // The viewer left before the worker answered: no picture was shown.
    if (socket.readyState !== socket.OPEN) return view;
    try {
      await note({ tenant: account.tenant, account, address, requestId }, asked.camera);
    } catch (error) {
      view.end();
      throw error;
    }
    return view;
  }

  async #forward({ socket, backlog }: Client, view: StreamedView): Promise<void> {
    const gate = new TsGate();
    let counted = 0;
    try {
      for await (const bytes of view.body) {
        const isFull = socket.bufferedAmount > MOST_WAITING;
        const ready = gate.take(bytes, isFull || backlog.isSlow(performance.now()));
        if (ready.length > 0 && socket.readyState === socket.OPEN) {
          socket.send(ready);
          backlog.sent(ready.length);
        }
        if (gate.gaps > counted) this.#parts.metrics.mpeg1Gaps.inc(gate.gaps - counted);
        counted = gate.gaps;
      }
    } catch {
      // The right was withdrawn, or the worker or the viewer disconnected.
    }
  }

  #drop(client: Client, code: number, why: string): void {
    this.#clients.delete(client);
    client.socket.close(code, why);
  }

  #pingAll(): void {
    const now = performance.now();
    for (const client of this.#clients) {
      if (client.backlog.isGone(now)) cut(client);
      else if (client.socket.readyState === client.socket.OPEN) {
        client.socket.ping(client.backlog.ping(now));
      }
    }
  }
}

/** Ends a view. With any other end the kernel would still send the pictures that wait, megabytes. */
function cut({ socket, connection }: Client): void {
  resetConnection(connection);
  socket.terminate();
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
