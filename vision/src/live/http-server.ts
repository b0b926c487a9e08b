import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { type LiveEngine, LiveRefusal } from './live-engine.ts';
import type { RtpIngest } from './rtp-ingest.ts';

const BODY_LIMIT = 64 * 1024;

/** A camera's live view, or why there is none now. */
export type LiveSource =
  | { readonly ingest: RtpIngest }
  | { readonly unavailable: string }
  | undefined;

export interface WorkerHttpOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly engine: LiveEngine;
  readonly log: Logger;
  readonly liveOf: (camera: string) => LiveSource;
  /** Plain data, for people and probes. */
  readonly health: () => unknown;
}

/**
 * The worker's own HTTP server. The API proxies viewers to it.
 *
 * - `POST /whep/{camera}`: SDP offer -> 201, SDP answer, `Location` of the session
 * - `DELETE /whep/sessions/{id}` -> 204
 * - `GET /health`: without a token
 */
export class WorkerHttp {
  readonly #server: Server;
  readonly #options: WorkerHttpOptions;

  private constructor(options: WorkerHttpOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch((error: unknown) => this.#fail(response, error));
    });
  }

  /** @throws Error that names the port where it is taken. */
  static async listen(options: WorkerHttpOptions): Promise<WorkerHttp> {
    const http = new WorkerHttp(options);
    const server = http.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        const hint = `port ${options.port} is taken; set ANSHI_WORKER_HTTP_PORT to another or to 0`;
        reject(taken ? new Error(hint) : error);
      });
      server.listen(options.port, options.host, resolve);
    });
    return http;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0]!;
    if (request.method === 'GET' && path === '/health') {
      send(response, 200, this.#options.health());
      return;
    }
    if (!this.#allowed(request)) {
      throw new LiveRefusal(401, 'the bearer token of the worker is missing or wrong');
    }
    const session = /^\/whep\/sessions\/([0-9a-f-]{36})$/.exec(path)?.[1];
    if (session && request.method === 'DELETE') {
      if (!this.#options.engine.end(session)) throw new LiveRefusal(404, 'no such session');
      response.writeHead(204).end();
      return;
    }
    const camera = /^\/whep\/([a-z0-9-]{1,64})$/.exec(path)?.[1];
    if (camera && request.method === 'POST') {
      await this.#open(camera, request, response);
      return;
    }
    throw new LiveRefusal(404, `${request.method} ${path} is not known here`);
  }

  async #open(camera: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const offer = await readBody(request);
    // Asked after all waiting: a camera that was taken away meanwhile gets no session.
    const source = this.#options.liveOf(camera);
    if (!source) throw new LiveRefusal(404, `this worker has no camera "${camera}"`);
    if ('unavailable' in source) throw new LiveRefusal(409, source.unavailable);
    const { session, answer } = await this.#options.engine.open(camera, source.ingest, offer);
    response
      .writeHead(201, {
        'content-type': 'application/sdp',
        location: `/whep/sessions/${session}`,
      })
      .end(answer);
  }

  #allowed(request: IncomingMessage): boolean {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    // Digests have one length, so that comparing tells nothing about the token's.
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(given), digest(this.#options.token));
  }

  #fail(response: ServerResponse, error: unknown): void {
    const refusal = error instanceof LiveRefusal ? error : undefined;
    if (!refusal) this.#options.log.error({ err: error }, 'http');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = refusal?.status ?? 500;
    const title = refusal ? refusal.message : 'the worker could not do this; its log says why';
    send(response, status, { type: 'about:blank', title, status }, 'application/problem+json');
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json',
): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new LiveRefusal(413, 'the offer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
