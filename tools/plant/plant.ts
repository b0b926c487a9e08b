import { EventEmitter } from 'node:events';
import { join, resolve } from 'node:path';
import { type BusKind, busAddress, busUserName } from '@anshi/contracts';
import { actuatorBusKey, workerBusKey } from '@anshi/contracts/bus-signature';
import { demoDevices, simulatedAs } from '../../api/src/modules/site-devices/demo-devices.ts';
import { BusUserFolder } from '../../api/src/platform/bus-users/folder.ts';
import { prepareDataDir } from './data-dir.ts';
import { DEMO_GATEWAY, gatewayEnvironment, simulatedGates } from './demo-gateway.ts';
import { Part } from './part.ts';
import { inherited, type PartKind, programOf, trusted, workerId } from './plant-environment.ts';
import {
  demoParts,
  type Environment,
  type PartName,
  type PlantEvents,
  type PlantOptions,
} from './plant-options.ts';
import { freePorts } from './ports.ts';
import { keptSecret, machineSecret, readablePassword } from './secrets.ts';

interface Ports {
  http: number;
  database: number;
  broker: number;
  rtsp: number;
  control: number;
  gates: number;
}

const readyTimeoutMs = 90_000;

/**
 * All processes of one installation on this machine: `npm start`, the tests of the whole system and
 * the benches run it. Ports, addresses and secrets are settled once, so that any part can die and
 * come back while the others only have to reconnect.
 */
export class Plant extends EventEmitter<PlantEvents> {
  readonly dataDir: string;
  readonly demoPassword: string;
  readonly workerToken: string;
  readonly demo: boolean;
  private readonly options: PlantOptions;
  readonly root: string;
  private readonly ports: Ports;
  private readonly parts = new Map<PartName, Part>();
  private readonly tokenSecret: string;
  private readonly busSecret: string;
  private readonly tenant: string;
  /** What the broker knows of the users of its parts; the API adds those of devices. */
  private readonly busUsers: BusUserFolder;

  private constructor(options: PlantOptions, dataDir: string, ports: Ports) {
    super();
    this.options = options;
    this.root = options.root ?? resolve(import.meta.dirname, '../..');
    this.dataDir = dataDir;
    this.ports = ports;
    this.demo = options.demo ?? options.databaseUrl === undefined;
    this.tenant = options.env?.all?.ANSHI_TENANT ?? process.env.ANSHI_TENANT ?? 'demo';
    this.busUsers = new BusUserFolder(join(dataDir, 'bus-users'));
    this.tokenSecret = options.tokenSecret ?? keptSecret(dataDir, 'token-secret', machineSecret);
    this.busSecret = options.busSecret ?? keptSecret(dataDir, 'bus-secret', machineSecret);
    this.workerToken = options.workerToken ?? keptSecret(dataDir, 'worker-token', machineSecret);
    this.demoPassword =
      options.demoPassword ?? keptSecret(dataDir, 'demo-password', readablePassword);
  }

  /**
   * Settles folder, ports and secrets; nothing is started yet.
   *
   * @throws PlantProblem where the data folder cannot be used.
   */
  static async create(options: PlantOptions): Promise<Plant> {
    const dataDir = prepareDataDir(options.dataDir);
    const free = await freePorts(6);
    const take = (wanted: number | undefined) => wanted || (free.pop() as number);
    const ports: Ports = {
      http: take(options.httpPort),
      database: take(options.ports?.database),
      broker: take(options.ports?.broker),
      rtsp: take(options.ports?.rtsp),
      control: take(options.ports?.control),
      gates: take(undefined),
    };
    return new Plant(options, dataDir, ports);
  }

  /** Where the API and the dashboard are. */
  get url(): string {
    const scheme = this.has('ANSHI_TLS_CERT') ? 'https' : 'http';
    return `${scheme}://${this.reachableHost}:${this.ports.http}`;
  }

  get mqttUrl(): string {
    const scheme = this.has('ANSHI_MQTT_TLS_CERT') ? 'mqtts' : 'mqtt';
    return this.options.mqttUrl ?? `${scheme}://127.0.0.1:${this.ports.broker}`;
  }

  /**
   * The broker's address with a user of this plant and its secret, which is made once and kept. On a
   * broker of the user's own whose address names a user already, that one is taken.
   *
   * @param given the secret of a credential that a person made, which may have replaced the plant's.
   */
  busUrl(kind: BusKind, name = '', given?: string): string {
    const user = busUserName({ kind, name });
    const secret = keptSecret(this.dataDir, `mqtt-${user}`, machineSecret);
    const full = { tenant: this.tenant, kind, name, secret };
    // Workers and gateways are also made, rotated and revoked at /admin/devices, which a start must not undo.
    if (kind === 'worker' || kind === 'gateway') {
      if (
        !this.busUsers.putIfNew(full) &&
        given &&
        this.busUsers.putIfNew({ ...full, secret: given })
      ) {
        return busAddress(this.mqttUrl, user, given);
      }
    } else this.busUsers.putNow(full);
    return busAddress(this.mqttUrl, user, secret);
  }

  get rtspPort(): number {
    return this.ports.rtsp;
  }

  /** An RTSP address of the simulator. */
  rtspUrl(mount: string): string {
    return `rtsp://127.0.0.1:${this.ports.rtsp}/${mount}`;
  }

  /** The control address of the simulator: drop, freeze, mount. */
  get simulatorControlUrl(): string {
    return `http://127.0.0.1:${this.ports.control}`;
  }

  /** Address at which the gateway answers its reader. */
  get gatesUrl(): string {
    return `http://127.0.0.1:${this.ports.gates}`;
  }

  /** The addresses of the database: its owner's, and the application role's. Known once it runs. */
  get databaseUrls(): { admin: string | undefined; app: string | undefined } {
    const details = this.parts.get('database')?.details;
    return {
      admin: this.options.databaseAdminUrl ?? (details?.adminUrl as string | undefined),
      app: this.options.databaseUrl ?? (details?.appUrl as string | undefined),
    };
  }

  /** The folder of the embedded database, once it runs; else what the settings name. */
  private get databaseDir(): string | undefined {
    const folder = this.parts.get('database')?.details.folder;
    return folder === undefined ? process.env.ANSHI_DATABASE_DIR : String(folder);
  }

  /** The folder of a worker: ring, outbox, state. */
  workerDir(name: PartName): string {
    return join(this.dataDir, 'workers', workerId(name));
  }

  logFile(name: PartName): string {
    return join(this.dataDir, 'logs', `${name}.log`);
  }

  /** What a part said when it was last ready. */
  details(name: PartName): Record<string, string | number> {
    return this.part(name).details;
  }

  pid(name: PartName): number | undefined {
    return this.part(name).pid;
  }

  /**
   * Starts the processes in the order of their dependencies.
   *
   * @throws PlantProblem that names the part which did not start, with its last log lines; the
   *   others are stopped again.
   */
  async start(): Promise<void> {
    const wanted = new Set(this.options.parts ?? demoParts);
    const has = (name: PartName) => wanted.has(name);
    const early = (['database', 'broker', 'simulator'] as const).filter(has);
    try {
      await this.startAll(early);
      await this.startAll([...wanted].filter((name) => !early.some((other) => other === name)));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops everything, dependents first. */
  async stop(): Promise<void> {
    const running = [...this.parts.keys()];
    const first = running.filter((name) => /^(vision|simulator|gateway)/.test(name));
    const last = running.filter((name) => name === 'database' || name === 'broker');
    for (const group of [first, running.filter((name) => name === 'api'), last]) {
      await Promise.all(group.map((name) => this.part(name).stop()));
    }
  }

  /** Starts one part (again), and waits until it is ready. */
  async startPart(name: PartName): Promise<void> {
    const began = Date.now();
    this.emit('starting', name);
    const part = this.parts.get(name) ?? this.add(name);
    await part.start();
    this.emit('ready', name, (Date.now() - began) / 1000);
  }

  /** Stops one part in order; it stays stopped until `startPart`. */
  async stopPart(name: PartName): Promise<void> {
    await this.part(name).stop();
  }

  async restart(name: PartName): Promise<void> {
    await this.stopPart(name);
    await this.startPart(name);
  }

  /** Sends a signal to a process as a fault would; resolves when it has exited. It is restarted. */
  kill(name: PartName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    return this.part(name).kill(signal);
  }

  /** Resolves when the part is ready, now or after its next restart. */
  whenReady(name: PartName, timeoutMs?: number): Promise<void> {
    return this.part(name).whenReady(timeoutMs);
  }

  private async startAll(names: readonly PartName[]): Promise<void> {
    // Wait for all, also where one fails, so that none is still starting while they are stopped.
    const results = await Promise.allSettled(names.map((name) => this.startPart(name)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }

  private part(name: PartName): Part {
    const part = this.parts.get(name);
    if (part === undefined) throw new Error(`this plant has no part "${name}"`);
    return part;
  }

  private add(name: PartName): Part {
    const kind = name.startsWith('vision') ? 'vision' : (name as PartKind);
    const part = new Part({
      name,
      ...programOf(kind),
      root: this.root,
      env: this.environment(name, kind),
      logFile: this.logFile(name),
      prefix: this.options.prefix?.[name] ?? [],
      readyTimeoutMs,
    });
    let down = false;
    part.on('died', (how, retryMs) => {
      down = true;
      this.emit('died', name, how, retryMs);
    });
    part.on('ready', () => {
      if (down) this.emit('recovered', name);
      down = false;
    });
    this.parts.set(name, part);
    return part;
  }

  private environment(name: PartName, kind: PartKind): Environment {
    const { options } = this;
    const shared = {
      ANSHI_DATA_DIR: this.dataDir,
      ANSHI_TENANT: this.tenant,
      ANSHI_CAMERAS: resolve(this.root, options.cameras ?? 'cameras.yaml'),
      ANSHI_SIM_RTSP_PORT: String(this.ports.rtsp),
    };
    const workerSecret = name === 'vision' ? process.env.ANSHI_WORKER_SECRET : undefined;
    const own: Record<PartKind, () => Environment> = {
      database: () => ({ ANSHI_POSTGRES_PORT: String(this.ports.database) }),
      broker: () => ({ ANSHI_MQTT_PORT: String(this.ports.broker), ANSHI_MQTT_HOST: '127.0.0.1' }),
      simulator: () => ({
        ANSHI_SIM_CONTROL_PORT: String(this.ports.control),
        ANSHI_MQTT_URL: this.busUrl('simulator'),
        ANSHI_SIM_ACTUATORS: demoDevices
          .map((one) => simulatedAs(one, actuatorBusKey(this.busSecret, this.tenant, one[0])))
          .join(','),
        ANSHI_API_URL: this.url,
        ANSHI_SIM_GATES: simulatedGates(
          this.busSecret,
          this.tenant,
          (options.parts ?? demoParts).includes('gateway') ? this.gatesUrl : undefined,
        ),
      }),
      gateway: () => ({
        ANSHI_MQTT_URL: this.busUrl('gateway', DEMO_GATEWAY),
        ...gatewayEnvironment({
          dataDir: this.dataDir,
          listen: new URL(this.gatesUrl).host,
          apiUrl: this.url,
          busSecret: this.busSecret,
          tenant: this.tenant,
        }),
      }),
      api: () => ({
        ANSHI_MQTT_URL: this.busUrl('api'),
        ANSHI_HTTP_HOST: options.httpHost ?? '127.0.0.1',
        ANSHI_HTTP_PORT: String(this.ports.http),
        DATABASE_URL: this.databaseUrls.app,
        ANSHI_DATABASE_ADMIN_URL: this.databaseUrls.admin,
        ANSHI_DATABASE_DIR: this.databaseDir,
        ANSHI_WORKER_TOKEN: this.workerToken,
        ANSHI_TOKEN_SECRET: this.tokenSecret,
        ANSHI_BUS_SECRET: this.busSecret,
        ANSHI_SMTP_URL: process.env.ANSHI_SMTP_URL,
        ANSHI_DEMO: this.demo ? '1' : '0',
        ANSHI_DEMO_PASSWORD: this.demoPassword,
      }),
      vision: () => ({
        ANSHI_MQTT_URL: this.busUrl('worker', workerId(name), workerSecret),
        ANSHI_BUS_KEY: workerBusKey(this.busSecret, this.tenant, workerId(name)),
        ANSHI_API_URL: this.url,
        ANSHI_WORKER_TOKEN: this.workerToken,
        // Of the first worker; others make their own.
        ANSHI_WORKER_SECRET: workerSecret,
        ANSHI_WORKER_ID: workerId(name),
        ANSHI_WORKER_DIR: this.workerDir(name),
        ANSHI_WORKER_HTTP_PORT: String((name === 'vision' && options.ports?.worker) || 0),
      }),
    };
    return {
      ...inherited(kind),
      ...trusted(options.env?.all, this),
      ...shared,
      ...own[kind](),
      ...options.env?.all,
      ...options.env?.[name],
    };
  }

  private has(name: string): boolean {
    const { env } = this.options;
    return Boolean(env?.all?.[name] ?? process.env[name]);
  }

  private get reachableHost(): string {
    const host = this.options.httpHost ?? '127.0.0.1';
    if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
    return host.includes(':') ? `[${host}]` : host;
  }
}
