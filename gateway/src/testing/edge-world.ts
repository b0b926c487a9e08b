import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EdgeContent, EdgeDecision, EdgeList, EdgeReport } from '@anshi/contracts';
import { edgeCardDigest, newEdgeKeyPair, signEdge } from '@anshi/contracts/edge-signature';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { stringify } from 'yaml';
import { gatesConfig } from '../config-gates.ts';
import type { BootClock } from '../edge/boot-clock.ts';
import { type Gates, openGates } from '../edge/gates.ts';
import { Waiting } from './waiting.ts';

export const POINT = 'welder-1-reader';
export const SECRET = 'a-secret-of-a-point-long-enough';
export const HASH_KEY = 'h'.repeat(43);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What stands in the place of the API, and signs what a test wants. */
export class EdgeWorld implements AsyncDisposable {
  readonly key = newEdgeKeyPair();
  readonly delivered = new Map<string, EdgeDecision>();
  readonly deliveries: string[] = [];
  readonly reports: EdgeReport[] = [];
  /** The whole answer to a request for a list, in the place of the right one. */
  forge: ((nonce: string) => object | null) | null = null;
  away = false;
  /** A proxy answers for an API that is away: its status. */
  proxy: number | null = null;
  /** The point was revoked: its secret is refused. */
  revoked = false;
  /** Lets deliveries come in, and does not answer them. */
  swallows = false;
  sequence = 10;
  minutes = 15;
  /** The point is one at a door of this area, by its list and, where `door` says so, by the configuration. */
  area: string | null = null;
  door: 'entry' | 'exit' | null = null;
  listedAs: 'exit' | null = null;
  allowed: string[] = ['card-1'];
  /** How the clocks of the gateway differ from those of the machine, ms. */
  wallShift = 0;
  bootShift = 0;
  /** How the clock of the API differs from that of the machine, ms. */
  apiShift = 0;
  bootId = 'boot-1';
  gates: Gates | null = null;
  #child: ChildProcess | null = null;
  #port = 0;
  readonly folder: string;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #waiting = new Waiting();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<EdgeWorld> {
    const world = new EdgeWorld(await mkdtemp(join(tmpdir(), 'anshi-edge-')));
    await new Promise<void>((resolve) => world.#server.listen(0, '127.0.0.1', resolve));
    return world;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gates?.close();
    await this.end('SIGTERM');
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }

  get clock(): BootClock {
    const world = this;
    return {
      bootMs: () => performance.now() + 100_000 + world.bootShift,
      wallMs: () => Date.now() + world.wallShift,
      get bootId() {
        return world.bootId;
      },
    };
  }

  #config(publicKey?: string) {
    const { port } = this.#server.address() as AddressInfo;
    const target = this.area === null ? { machine: 'welder-1' } : { area: this.area };
    const side = this.door === null ? {} : { direction: this.door };
    const point = { point: POINT, secret: SECRET, ...target, ...side };
    return {
      listen: '127.0.0.1:0',
      url: `http://127.0.0.1:${port}`,
      timeoutMs: 500,
      points: [publicKey === undefined ? point : { ...point, publicKey }],
    };
  }

  async start(publicKey?: string): Promise<void> {
    const config = gatesConfig.parse(this.#config(publicKey));
    const log = pino({ level: process.env.ANSHI_TEST_LOG ? 'debug' : 'silent' });
    this.gates = await openGates(config, this.folder, log, this.clock);
    this.#port = this.gates.port;
  }

  /** The gateway as a process of its own, by the clocks of the machine; there is no broker. */
  async startProcess(): Promise<void> {
    const file = join(this.folder, 'gateway.yaml');
    await writeFile(file, stringify({ version: 1, gates: this.#config() }));
    const child = fork('gateway/src/main.ts', [], {
      cwd: root,
      execArgv: [],
      env: {
        PATH: process.env.PATH,
        ANSHI_MQTT_URL: 'mqtt://gateway-gateway-1:secret@127.0.0.1:1',
        ANSHI_GATEWAY_CONFIG: file,
        ANSHI_GATEWAY_DIR: this.folder,
        ANSHI_LOG_LEVEL: process.env.ANSHI_TEST_LOG ? 'debug' : 'silent',
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    const [said] = (await once(child, 'message')) as [{ details: { gates: number } }];
    this.#port = said.details.gates;
  }

  /** Ends that process. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  get port(): number {
    return this.#port;
  }

  async stop(): Promise<void> {
    await this.gates?.close();
    this.gates = null;
  }

  get status() {
    return this.gates?.status[0];
  }

  until(is: () => boolean): Promise<void> {
    return this.#waiting.until(is);
  }

  /** A card at the reader. */
  async show(
    card: string,
    { machine = 'welder-1', key = ulid(), at = new Date(), secret = SECRET, point = POINT } = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const [path, target] =
      this.area === null ? ['machine-start', { machine }] : ['area-entry', { area: this.area }];
    const answer = await fetch(`http://127.0.0.1:${this.#port}/api/v1/gates/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'idempotency-key': key,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ point, ...target, card, at: at.toISOString() }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  list(changes: Partial<EdgeList> = {}): EdgeList {
    const now = Date.now();
    const expiresAt = new Date(now + this.minutes * 60_000).toISOString();
    const issuedAt = new Date(now).toISOString();
    return {
      version: 1,
      device: POINT,
      sequence: this.sequence,
      issuedAt,
      expiresAt,
      hashKey: HASH_KEY,
      machine: this.area === null ? 'welder-1' : null,
      area: this.area,
      ...(this.listedAs === null ? {} : { direction: this.listedAs }),
      entries: this.allowed.map((card) => ({
        card: edgeCardDigest(HASH_KEY, card),
        kind: 'start',
        target: 'welder-1',
        notBefore: new Date(now - 1_000).toISOString(),
        validUntil: expiresAt,
      })),
      ...changes,
    };
  }

  sign(nonce: string, changes: Partial<EdgeList> = {}, by = this.key) {
    const content: EdgeContent = { nonce, now: new Date().toISOString(), list: this.list(changes) };
    return signEdge(by.privateKey, by.keyId, JSON.stringify(content));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.away) return void request.socket.destroy();
    if (this.proxy !== null) {
      response.writeHead(this.proxy, { 'content-type': 'text/html' });
      return void response.end('<h1>no backend</h1>');
    }
    const url = new URL(request.url ?? '', 'http://api');
    const path = url.pathname.split('/').at(-1);
    let text = '';
    for await (const part of request) text += String(part);
    const send = (status: number, content: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(content === null ? undefined : JSON.stringify(content));
      this.#waiting.wake();
    };
    const { keyId, publicKey } = this.key;
    if (path === 'edge-key') return send(200, { keyId, publicKey });
    if (path === 'edge-permits') {
      if (this.revoked) return send(401, { code: 'device.refused' });
      const nonce = url.searchParams.get('nonce') ?? '';
      const forged = this.forge?.(nonce);
      if (forged) return send(200, forged);
      if (request.headers['if-none-match'] !== `"${this.sequence}"`) {
        return send(200, this.sign(nonce));
      }
      return void setTimeout(() => send(304, null), 20);
    }
    if (path === 'edge-reports') {
      this.reports.push(JSON.parse(text));
      return send(200, { taken: true });
    }
    const key = String(request.headers['idempotency-key']);
    if (path === 'edge-decisions') {
      const given = JSON.parse(text) as EdgeDecision;
      if (Date.parse(given.decidedAt) > Date.now() + this.apiShift + 5_000)
        return send(422, { code: 'gate.clock' });
      this.deliveries.push(key);
      this.delivered.set(key, given);
      if (this.swallows) return void request.socket.destroy();
      return send(200, { id: ulid(), lateDecision: null });
    }
    return send(200, {
      id: ulid(),
      decision: 'hold',
      reasons: [],
      validUntil: '',
      overridden: false,
    });
  }
}
