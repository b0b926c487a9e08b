import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { topics, type ViolationEvent, violationEvent } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';

/** The API's handling of evidence and events, without its database. */
export class ApiSink {
  readonly token: string;
  readonly evidence = new Map<string, { type: string; bytes: Buffer; traceparent?: string }>();
  /** Every received event, with repetitions. */
  readonly received: ViolationEvent[] = [];
  /** Acknowledges an event; null for no answer, as from an API without its database. */
  decide: (event: ViolationEvent) => 'committed' | 'rejected' | null = () => 'committed';
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
      if (request.headers.authorization !== `Bearer ${this.token}`) response.writeHead(401);
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

  #take(client: MqttClient, _topic: string, payload: Buffer): void {
    const event = violationEvent.parse(JSON.parse(payload.toString()));
    this.received.push(event);
    const result = this.decide(event);
    if (result === 'committed') this.#committed.set(event.id, event);
    if (result) {
      const word = { source: event.source, id: event.id, result, at: new Date().toISOString() };
      const topic = topics.acknowledgements(this.#tenant, this.#worker);
      client.publish(topic, JSON.stringify({ ...word, reason: 'the test says so' }), { qos: 1 });
    }
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}
