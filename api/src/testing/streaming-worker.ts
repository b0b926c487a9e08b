import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIVE_ENGINE_HEADER } from '@anshi/contracts';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { announceWorker } from './announced-worker.ts';
import type { RunningApi, Site } from './site.ts';

const PACKET = 188;
/** Where a packet says when it was sent. */
const SENT_AT = PACKET - 8;

/** A key picture of one packet of MPEG-TS. */
function packet(): Buffer {
  const bytes = Buffer.alloc(PACKET);
  bytes.set([0x47, 0x41, 0x00, 0x30, 1, 0x40]);
  bytes.writeDoubleBE(performance.now(), SENT_AT);
  return bytes;
}

/** The side of a worker that sends views by MPEG-1: packets each 10 ms. */
export class StreamingWorker {
  /** The views that are sent now. */
  readonly sending = new Set<ServerResponse>();
  /** Requests, and how many of them were answered. */
  readonly asked: string[] = [];
  answered = 0;
  answerWith: { status: number; body: string } | null = null;
  answersAfter: Promise<void> | null = null;
  /** Packets in each write. */
  many = 1;
  readonly #server: Server;
  #leave: () => Promise<void> = async () => {};

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** It has the camera hall-west, and the API knows it. */
  static async start(site: Site, api: RunningApi): Promise<StreamingWorker> {
    const worker = new StreamingWorker();
    const server = worker.#server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    worker.#leave = await announceWorker(site, api, (server.address() as AddressInfo).port);
    return worker;
  }

  async close(): Promise<void> {
    await this.#leave();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url}`);
    request.resume();
    await this.answersAfter;
    this.answered += 1;
    if (request.method !== 'POST') return void response.writeHead(204).end();
    if (this.answerWith) {
      const type = { 'content-type': 'application/problem+json' };
      return void response.writeHead(this.answerWith.status, type).end(this.answerWith.body);
    }
    const engine = { [LIVE_ENGINE_HEADER]: 'node-rtsp-stream' };
    response.writeHead(200, { 'content-type': 'video/mp2t', ...engine }).flushHeaders();
    this.sending.add(response);
    const timer = setInterval(() => {
      if (response.writableLength > 1e6) return;
      response.write(Buffer.concat(Array.from({ length: this.many }, packet)));
    }, 10);
    response.on('close', () => {
      clearInterval(timer);
      this.sending.delete(response);
    });
  }
}

export type Viewer = ReturnType<typeof connectViewer>;

/**
 * A page that asks for a view, and what it is told and shown.
 *
 * @param first its first message.
 */
export function connectViewer(
  url: string,
  first: object | null,
  headers: Record<string, string> = {},
) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live-video`, { headers });
  onTestFinished(() => socket.terminate());
  const view = {
    socket,
    told: [] as Record<string, unknown>[],
    bytes: 0,
    code: 0,
    refused: 0,
    /** When the newest picture left the worker, and how old the oldest one was when it came. */
    newest: 0,
    late: 0,
  };
  socket.on('open', () => first && socket.send(JSON.stringify(first)));
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return view.told.push(JSON.parse(data.toString()) as Record<string, unknown>);
    view.bytes += data.length;
    view.newest = data.readDoubleBE(data.length - PACKET + SENT_AT);
    view.late = Math.max(view.late, performance.now() - view.newest);
    return undefined;
  });
  socket.on('close', (code) => {
    view.code = code;
  });
  socket.on('unexpected-response', (_, { statusCode = 0 }) => {
    view.refused = statusCode;
  });
  socket.on('error', () => {});
  return view;
}
