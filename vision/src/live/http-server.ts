import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIVE_ENGINE_HEADER, LIVE_REASON_HEADER, type LiveAsk, liveAsk } from '@anshi/contracts';
import {
  GrantRefused,
  grantKeyId,
  type LiveGrant,
  type LiveGrantCheck,
} from '@anshi/contracts/live-grant';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ClipRequests } from '../record/clip-requests.ts';
import type { ReplayJobs } from '../replay/replay-jobs.ts';
import type { SetupRequests } from '../setup/setup-requests.ts';
import { GrantedViews } from './granted-views.ts';
import { type LiveEngine, LiveRefusal, type StreamEngine } from './live-engine.ts';
import { streamSink } from './mpeg1/stream-answer.ts';
import type { PacketSource } from './packet-source.ts';
import type { RtpIngest } from './rtp-ingest.ts';

const BODY_LIMIT = 64 * 1024;
/** A draft of a camera is larger than an offer. */
const REPLAY_BODY_LIMIT = 512 * 1024;
const REPLAY = /^\/replays\/([a-z0-9-]{1,64})$/;
const SETUP = /^\/setup\/([0-9a-f]{32})$/;
const DIAGNOSE = /^\/diagnose\/([a-z0-9-]{1,64})$/;
const STILL = /^\/still\/([a-z0-9-]{1,64})$/;
const CLIP = /^\/clips\/([a-z0-9-]{1,64})$/;
const REPLAY_STATE = /^\/replays\/states\/([0-9a-f]{32})$/;

/** A camera's live view, or why it is unavailable. */
export type LiveSource =
  | { readonly source: PacketSource }
  | { readonly unavailable: string }
  | undefined;

export interface WorkerHttpOptions {
  readonly host: string;
  readonly port: number;
  /** Knows the keys by which the API signs grants for this worker. */
  readonly grants: LiveGrantCheck;
  /** Asks the API for its newest keys. */
  readonly refreshKeys: () => Promise<void>;
  readonly engine: LiveEngine & StreamEngine;
  readonly log: Logger;
  readonly liveOf: (camera: string, ask: LiveAsk) => LiveSource;
  /** What a view by MPEG-1 is made of. */
  readonly ingestOf: (camera: string) => RtpIngest | undefined;
  /** Looks at a camera; undefined where the worker does not have it. */
  readonly diagnose: (camera: string) => Promise<unknown> | undefined;
  /** The newest picture of a camera with blurred faces; undefined where the worker does not have it. */
  readonly still: (camera: string) => Promise<unknown> | undefined;
  /** What is asked while cameras are set up. */
  readonly setup: Pick<SetupRequests, 'answer'>;
  /** Clips of violations that the API found itself. */
  readonly clips: Pick<ClipRequests, 'take'>;
  /** Replays of recorded observations. */
  readonly replays: Pick<ReplayJobs, 'start' | 'state' | 'cancel'>;
  /** Plain data, for people and health checks. */
  readonly health: () => unknown;
  /** Prometheus metrics. */
  readonly metrics: Pick<Registry, 'metrics' | 'contentType'>;
}

/**
 * The worker's HTTP server. The API proxies viewers to it, each request with a grant that it signed
 * for one view of one person. Packets are sent for no other reason.
 *
 * - `POST /whep/{camera}?stream=small&engine=mediasoup&quick=true`: SDP offer -> 201, SDP answer, `Location` of the
 *   session, and headers with the engine and the reason for choosing it. `stream` defaults to the main stream
 * - `POST /mpeg1/{camera}`: -> 200, MPEG-TS until the view is over; it is a session like those of WHEP
 * - `PUT /whep/sessions/{id}` -> 204, the view may continue
 * - `DELETE /whep/sessions/{id}` -> 204
 * - `POST /still/{camera}` -> 200, its newest picture with blurred faces
 * - `POST /diagnose/{camera}` -> 200, what the worker finds out about its camera
 * - `POST /clips/{camera}` -> 202, a clip is cut and delivered as evidence, once for a violation
 * - `POST /setup/{id}` -> 200, what is found about an address that is not saved; the body is sealed
 * - `POST /replays/{camera}` -> 202, a replay begins
 * - `GET /replays/states/{id}` -> 200, how far it is, and its result
 * - `DELETE /replays/states/{id}` -> 204
 * - `GET /health`, `GET /metrics`: public
 */
export class WorkerHttp {
  readonly #server: Server;
  readonly #options: WorkerHttpOptions;
  readonly #views: GrantedViews;

  private constructor(options: WorkerHttpOptions) {
    this.#options = options;
    this.#views = new GrantedViews(options.engine);
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
    this.#views.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', query] = (request.url ?? '/').split('?');
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
    const { grant, body } = await this.#granted(request, path);
    if (await this.#replay(request, path, grant, body, response)) return;
    const session = /^\/whep\/sessions\/([0-9a-f]{32})$/.exec(path)?.[1];
    if (session) {
      const isOwn = grant.view === session && this.#views.isOf(grant);
      const isDone =
        isOwn && (request.method === 'DELETE' ? this.#end(grant) : this.#views.keep(grant));
      if (!isDone) throw new LiveRefusal(404, 'no such session');
      response.writeHead(204).end();
      return;
    }
    const camera = /^\/whep\/([a-z0-9-]{1,64})$/.exec(path)?.[1];
    if (camera && grant.action === 'open' && grant.camera === camera) {
      await this.#open(grant, camera, askIn(query), body.toString('utf8'), response);
      return;
    }
    const streamed = /^\/mpeg1\/([a-z0-9-]{1,64})$/.exec(path)?.[1];
    if (streamed && grant.action === 'open' && grant.camera === streamed) {
      this.#stream(grant, streamed, response);
      return;
    }
    const asked = lookedAt(path, grant);
    if (asked) {
      const found = this.#options[asked.by](asked.camera);
      if (!found) throw new LiveRefusal(404, `this worker has no camera "${asked.camera}"`);
      send(response, 200, await found);
      return;
    }
    const filmed = CLIP.exec(path)?.[1];
    if (filmed && grant.action === 'clip' && grant.camera === filmed) {
      await this.#options.clips.take(filmed, body.toString('utf8'));
      response.writeHead(202).end();
      return;
    }
    const setup = SETUP.exec(path)?.[1];
    if (setup && grant.action === 'setup' && grant.view === setup) {
      send(response, 200, await this.#options.setup.answer(setup, body.toString('utf8')));
      return;
    }
    throw new LiveRefusal(404, `${request.method} ${path} is not known here`);
  }

  /** @returns whether it was a request about a replay. */
  async #replay(
    { method }: IncomingMessage,
    path: string,
    grant: LiveGrant,
    body: Buffer,
    response: ServerResponse,
  ): Promise<boolean> {
    if (grant.action !== 'replay') return false;
    const { replays } = this.#options;
    const camera = REPLAY.exec(path)?.[1];
    if (method === 'POST' && camera !== undefined && grant.camera === camera) {
      await replays.start(grant, camera, body.toString('utf8'));
      response.writeHead(202).end();
      return true;
    }
    if (REPLAY_STATE.exec(path)?.[1] !== grant.view) return false;
    if (method === 'GET') send(response, 200, replays.state(grant));
    else if (method === 'DELETE') {
      replays.cancel(grant);
      response.writeHead(204).end();
    } else return false;
    return true;
  }

  #end(grant: LiveGrant): boolean {
    return grant.action === 'end' && this.#views.end(grant);
  }

  /** Checked after the body was read: the camera may have been removed in the meantime. */
  #begin(grant: LiveGrant, camera: string, ask: LiveAsk): PacketSource {
    const live = this.#options.liveOf(camera, ask);
    if (!live) throw new LiveRefusal(404, `this worker has no camera "${camera}"`);
    if ('unavailable' in live) throw new LiveRefusal(409, live.unavailable);
    const { source } = live;
    if (this.#views.begin(grant)) return source;
    source.settle?.();
    throw new LiveRefusal(401, 'the view was granted before');
  }

  #stream(grant: LiveGrant, camera: string, response: ServerResponse): void {
    // The API disconnected while the keys were fetched: no close event would end this view.
    if (response.destroyed) return;
    const { engine } = this.#options;
    const sink = streamSink(response, () => this.#views.end(grant));
    this.#begin(grant, camera, { stream: 'main' });
    const ingest = this.#options.ingestOf(camera);
    if (!ingest) throw new LiveRefusal(404, `this worker has no camera "${camera}"`);
    engine.openStream(camera, ingest, grant.view, sink);
    const { streamName } = engine;
    response.writeHead(200, { 'content-type': 'video/mp2t', [LIVE_ENGINE_HEADER]: streamName });
    response.flushHeaders();
  }

  async #open(
    grant: LiveGrant,
    camera: string,
    ask: LiveAsk,
    offer: string,
    response: ServerResponse,
  ): Promise<void> {
    const source = this.#begin(grant, camera, ask);
    const { answer, engine, reason } = await this.#options.engine
      .open(camera, source, grant.view, offer, ask.engine)
      .finally(() => source.settle?.());
    response
      .writeHead(201, {
        'content-type': 'application/sdp',
        location: `/whep/sessions/${grant.view}`,
        [LIVE_ENGINE_HEADER]: engine,
        ...(reason === null ? {} : { [LIVE_REASON_HEADER]: reason }),
      })
      .end(answer);
  }

  /** @throws LiveRefusal 401 where the API did not grant this very request. */
  async #granted(
    request: IncomingMessage,
    target: string,
  ): Promise<{ grant: LiveGrant; body: Buffer }> {
    const { method = '', url: path = '', headers } = request;
    const { grants, refreshKeys } = this.#options;
    const header = headers.authorization;
    // Without the shape of a grant, not even the body is read.
    const most = REPLAY.test(target) ? REPLAY_BODY_LIMIT : BODY_LIMIT;
    const body = grantKeyId(header) ? await readBody(request, most) : Buffer.alloc(0);
    // A key that is not known may be new: of a worker that was away when it was made.
    if (grantKeyId(header) && !grants.knows(header)) await refreshKeys().catch(() => {});
    try {
      return { grant: grants.take(header, { method, path, body }), body };
    } catch (error) {
      if (!(error instanceof GrantRefused)) throw error;
      throw new LiveRefusal(401, error.message);
    }
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

/** What the signed address asks for; the usual view where it asks for nothing that is known. */
const askIn = (query: string | undefined): LiveAsk =>
  liveAsk.safeParse(Object.fromEntries(new URLSearchParams(query))).data ?? { stream: 'main' };

/** A look at a camera that the grant is for; null where the request is another one. */
function lookedAt(
  path: string,
  { action, camera }: LiveGrant,
): { by: 'diagnose' | 'still'; camera: string } | null {
  const isOf = (by: 'diagnose' | 'still', pattern: RegExp) =>
    action === by && camera !== null && pattern.exec(path)?.[1] === camera ? { by, camera } : null;
  return isOf('diagnose', DIAGNOSE) ?? isOf('still', STILL);
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json',
): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) throw new LiveRefusal(413, 'the request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
