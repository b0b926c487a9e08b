import { createHash, createPrivateKey, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type BlurOrder,
  type OutageStill,
  outageStill,
  topics,
  type ViolationEvent,
  violationEvent,
  type WorkerCameras,
} from '@anshi/contracts';
import { signatureFault, signMessage } from '@anshi/contracts/bus-signature';
import { evidenceKeyIdOf } from '@anshi/contracts/evidence-signature';
import {
  GRANT_LASTS_MS,
  type LiveGrant,
  newLiveKeyPair,
  sessionDigest,
  signLiveGrant,
} from '@anshi/contracts/live-grant';
import mqtt, { type MqttClient } from 'mqtt';

/** Which the worker under test shares with it: ANSHI_BUS_KEY. */
export const BUS_KEY = 'b'.repeat(64);

/** The API's handling of evidence and events, without its database. */
export class ApiSink {
  /** With it a worker enrols. */
  readonly token: string;
  /** What the worker enrolled with; set beforehand, it is known already. */
  secret: string | null = null;
  readonly evidence = new Map<string, { type: string; bytes: Buffer; traceparent?: string }>();
  /** The keys that sign evidence, by id; set beforehand, one is revoked already. */
  readonly evidenceKeys = new Map<string, { publicKey: string; state: string }>();
  /** Every received event, with repetitions. */
  readonly received: ViolationEvent[] = [];
  /** The cameras that it gives the worker; null for an API that has none to give. */
  cameras: WorkerCameras | null = null;
  /** What is to be blurred; the original lies in `evidence`. */
  readonly orders: BlurOrder[] = [];
  /** Orders whose original was read, and those that were said to fail. */
  readonly blurring = { read: [] as string[], failed: [] as string[] };
  /** The stills of outages that were given; of each, it says once that it knows of no such outage. */
  readonly stills: OutageStill[] = [];
  readonly #unknown = new Set<string>();
  /** The answers to requests for cameras, in order. */
  readonly asked: number[] = [];
  /** Acknowledges an event; null for no answer, as from an API without its database. */
  decide: (event: ViolationEvent) => 'committed' | 'rejected' | null = () => 'committed';
  readonly #live = newLiveKeyPair();
  readonly #committed = new Map<string, ViolationEvent>();
  readonly #waiters = new Set<() => void>();
  readonly #tenant: string;
  readonly #worker: string;
  #client: MqttClient | undefined;
  #server: ReturnType<typeof createServer> | undefined;
  #port = 0;

  constructor(options: { tenant: string; worker: string; token: string }) {
    this.token = options.token;
    this.#tenant = options.tenant;
    this.#worker = options.worker;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** By id, without repetitions. */
  get committed(): ReadonlyMap<string, ViolationEvent> {
    return this.#committed;
  }

  async listen(): Promise<void> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      const sha256 = /^\/api\/v1\/ingest\/evidence\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1];
      const right = createHash('sha256').update(bytes).digest('hex') === sha256;
      const isOwn =
        this.secret !== null && request.headers.authorization === `Bearer ${this.secret}`;
      if (request.url === '/api/v1/ingest/worker/evidence-key' && isOwn) {
        const { publicKey } = JSON.parse(bytes.toString()) as { publicKey: string };
        this.evidenceKeys.set(evidenceKeyIdOf(publicKey), { publicKey, state: 'active' });
        return response.writeHead(200).end('{}');
      }
      if (request.url === '/api/v1/ingest/worker') {
        return this.#answerWorker(request, bytes, response);
      }
      if (request.url === '/api/v1/ingest/cameras' && isOwn) {
        return this.#answerCameras(request, response);
      }
      if (request.url?.startsWith('/api/v1/ingest/blur-orders') && isOwn) {
        return this.#answerOrder(request.url, response);
      }
      if (request.url === '/api/v1/ingest/outage-stills' && isOwn) {
        return this.#answerStill(outageStill.parse(JSON.parse(bytes.toString())), response);
      }
      if (!isOwn) response.writeHead(401);
      else if (request.method !== 'PUT' || !sha256) response.writeHead(404);
      else if (!right) response.writeHead(422);
      else {
        const { 'content-type': type = '', traceparent } = request.headers;
        this.evidence.set(sha256, {
          type,
          bytes,
          ...(typeof traceparent === 'string' && { traceparent }),
        });
        response.writeHead(201);
      }
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  #answerStill(still: OutageStill, response: ServerResponse): void {
    const key = `${still.camera} ${still.fault} ${still.since}`;
    const isKnown = this.#unknown.has(key);
    this.#unknown.add(key);
    if (isKnown) this.stills.push(still);
    response.writeHead(isKnown ? 204 : 404).end();
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  /** The first order without a rendition, and its original. */
  #answerOrder(url: string, response: ServerResponse): void {
    const [violation = '', of, what] = url.split('/').slice(5);
    const id = `${violation}-blurred-${of}`;
    if (violation === 'claim') {
      const order = this.orders.find(
        (one) =>
          !this.#committed.has(`${one.violation}-blurred-${one.of}`) &&
          !this.blurring.failed.includes(`${one.violation}-blurred-${one.of}`),
      );
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ order: order ?? null }));
      return;
    }
    if (what === 'failed') {
      this.blurring.failed.push(id);
      response.writeHead(204).end();
    } else {
      this.blurring.read.push(id);
      const order = this.orders.find((one) => one.violation === violation && one.of === of);
      const file = this.evidence.get(order?.original ?? '');
      response.writeHead(file ? 200 : 404).end(file?.bytes);
    }
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  /** The header of a request for live video, as the API signs it. */
  grant(
    method: string,
    path: string,
    body = '',
    changes: Partial<LiveGrant> = {},
    key = this.#live.privateKey,
  ): { authorization: string } {
    const der = Buffer.from(key, 'base64');
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const now = Date.now();
    const action = { POST: 'open', PUT: 'keep', DELETE: 'end' }[method] as LiveGrant['action'];
    const grant = {
      id: randomBytes(16).toString('hex'),
      worker: this.#worker,
      action,
      view: action === 'open' ? randomBytes(16).toString('hex') : (path.split('/').at(-1) ?? ''),
      camera: action === 'open' ? (path.split('/').at(-1) ?? '') : null,
      session: sessionDigest('the session of the test'),
      issuedAt: now,
      expiresAt: now + GRANT_LASTS_MS,
      viewUntil: now + 180_000,
      ...changes,
    };
    return {
      authorization: signLiveGrant({ id: 'k1', privateKey }, { method, path, body }, grant),
    };
  }

  async connect(broker: string): Promise<void> {
    const client = await mqtt.connectAsync(broker, {
      protocolVersion: 4,
      clientId: 'api-sink',
      clean: false,
      reconnectPeriod: 200,
    });
    this.#client = client;
    client.on('connect', () => this.#subscribe(client));
    client.on('message', (topic, payload) => this.#take(client, topic, payload));
    await this.#subscribe(client);
  }

  /** Waits until `done` holds; evaluated after each event. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  async closeHttp(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  async close(): Promise<void> {
    await this.#client?.endAsync(true);
    await this.closeHttp();
  }

  async #subscribe(client: MqttClient): Promise<void> {
    await client.subscribeAsync(topics.violationEvents(this.#tenant, this.#worker), { qos: 1 });
  }

  /** Tells the worker that it should have other cameras, as the API does. */
  async noticeCameras(cameras: WorkerCameras, key = BUS_KEY): Promise<void> {
    this.cameras = cameras;
    const topic = topics.configuration(this.#tenant, this.#worker);
    const message = { revision: cameras.revision, at: new Date().toISOString() };
    await this.#client?.publishAsync(topic, signMessage(key, topic, message), {
      qos: 1,
      retain: true,
    });
  }

  #answerCameras({ headers }: IncomingMessage, response: ServerResponse): void {
    const tag = `"${this.cameras?.revision}"`;
    const status = !this.cameras ? 404 : headers['if-none-match'] === tag ? 304 : 200;
    this.asked.push(status);
    response.writeHead(status, this.cameras ? { etag: tag } : {});
    response.end(status === 200 ? JSON.stringify(this.cameras) : undefined);
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  /** A worker enrols by the token, and asks for what it must know of itself by its own secret. */
  #answerWorker(
    { method, headers }: IncomingMessage,
    bytes: Buffer,
    response: ServerResponse,
  ): void {
    const shown = headers.authorization;
    if (method === 'POST' && shown === `Bearer ${this.token}` && this.secret === null) {
      this.secret = (JSON.parse(bytes.toString()) as { secret: string }).secret;
      response.writeHead(201).end('{}');
    } else if (method === 'GET' && this.secret !== null && shown === `Bearer ${this.secret}`) {
      const liveKeys = [{ id: 'k1', publicKey: this.#live.publicKey }];
      const evidenceKeys = [...this.evidenceKeys].map(([id, { state }]) => ({ id, state }));
      const self = { worker: this.#worker, liveKeys, evidenceKeys, time: new Date() };
      response.writeHead(200).end(JSON.stringify(self));
    } else response.writeHead(401).end();
  }

  #take(client: MqttClient, from: string, payload: Buffer): void {
    const message: unknown = JSON.parse(payload.toString());
    const fault = signatureFault(BUS_KEY, from, payload);
    // Of a worker whose clock is wrong. The API does not hear it either, and it comes again.
    if (fault === 'stale') return;
    if (fault !== null) throw new Error(`the signature of an event is ${fault}`);
    const event = violationEvent.parse(message);
    this.received.push(event);
    const result = this.decide(event);
    if (result === 'committed') this.#committed.set(event.id, event);
    if (result) {
      const word = { source: event.source, id: event.id, result, at: new Date().toISOString() };
      const topic = topics.acknowledgements(this.#tenant, this.#worker);
      const answer = signMessage(BUS_KEY, topic, { ...word, reason: 'the test says so' });
      client.publish(topic, answer, { qos: 1 });
    }
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}
