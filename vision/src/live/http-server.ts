import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseSignature, WorkerRequestCheck } from '@anshi/contracts/worker-request';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { type LiveEngine, LiveRefusal } from './live-engine.ts';
import type { RtpIngest } from './rtp-ingest.ts';

const BODY_LIMIT = 64 * 1024;

/** A camera's live view, or why it is unavailable. */
export type LiveSource =
  | { readonly ingest: RtpIngest }
  | { readonly unavailable: string }
  | undefined;

export interface WorkerHttpOptions {
  readonly host: string;
  readonly port: number;
  /** The secret shared with the API, which signs its requests with it. */
  readonly token: string;
  readonly engine: LiveEngine;
  readonly log: Logger;
  readonly liveOf: (camera: string) => LiveSource;
  /** Plain data, for people and health checks. */
  readonly health: () => unknown;
  /** Prometheus metrics. */
  readonly metrics: Pick<Registry, 'metrics' | 'contentType'>;
}

/**
 * The worker's HTTP server. The API proxies viewers to it, by signed requests.
 *
 * - `POST /whep/{camera}`: SDP offer -> 201, SDP answer, `Location` of the session
 * - `DELETE /whep/sessions/{id}` -> 204
 * - `GET /health`, `GET /metrics`: public
 */
export class WorkerHttp {
  readonly #server: Server;
  readonly #options: WorkerHttpOptions;
  readonly #check: WorkerRequestCheck;

  private constructor(options: WorkerHttpOptions) {
    this.#options = options;
    this.#check = new WorkerRequestCheck(options.token);
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch((error: unknown) => this.#fail(response, error));
    });
  }

  /** @throws Error that names the port where it is in use. */
  static async listen(options: WorkerHttpOptions): Promise<WorkerHttp> {
    const http = new WorkerHttp(options);
    const server = http.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        const hint = `port ${options.port} is in use; set ANSHI_WORKER_HTTP_PORT to another or to 0`;
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
    if (request.method === 'GET' && path === '/metrics') {
      const { metrics } = this.#options;
      const text = await metrics.metrics();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
      return;
    }
    const body = await this.#signedBody(request);
    const session = /^\/whep\/sessions\/([0-9a-f-]{36})$/.exec(path)?.[1];
    if (session && request.method === 'DELETE') {
      if (!this.#options.engine.end(session)) throw new LiveRefusal(404, 'no such session');
      response.writeHead(204).end();
      return;
    }
    const camera = /^\/whep\/([a-z0-9-]{1,64})$/.exec(path)?.[1];
    if (camera && request.method === 'POST') {
      await this.#open(camera, body.toString('utf8'), response);
      return;
    }
    throw new LiveRefusal(404, `${request.method} ${path} is not known here`);
  }

  async #open(camera: string, offer: string, response: ServerResponse): Promise<void> {
    // Checked after the body was read: the camera may have been removed in the meantime.
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

  /** @throws LiveRefusal 401 where the API did not sign this request. */
  async #signedBody(request: IncomingMessage): Promise<Buffer> {
    const { method = '', url: path = '', headers } = request;
    // Without a signature header the body is not read.
    const body = parseSignature(headers.authorization) ? await readBody(request) : Buffer.alloc(0);
    const refusal = this.#check.refusal(headers.authorization, { method, path, body });
    if (refusal) throw new LiveRefusal(401, refusal);
    return body;
  }

  #fail(response: ServerResponse, error: unknown): void {
    const refusal = error instanceof LiveRefusal ? error : undefined;
    if (!refusal) this.#options.log.error({ err: error }, 'http');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = refusal?.status ?? 500;
    const title = refusal ? refusal.message : 'the worker failed; see its log';
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

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new LiveRefusal(413, 'the offer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
