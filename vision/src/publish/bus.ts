import { randomUUID } from 'node:crypto';
import {
  type Acknowledgement,
  type AlarmReported,
  acknowledgement,
  busClientId,
  type CameraHealth,
  type ConfirmedAlone,
  configurationNotice,
  type HandOverSeen,
  type ModelsLoaded,
  type NamedTracks,
  type Observation,
  topics,
  type ViolationEvent,
  type WorkerStatus,
} from '@anshi/contracts';
import { signatureFault, signMessage } from '@anshi/contracts/bus-signature';
import type { MqttTls } from '@anshi/contracts/tls';
import mqtt, { type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { maskCredentials } from '../capture/mask.ts';

export interface BusOptions {
  readonly url: string;
  /** For `mqtts://` and `wss://`. */
  readonly tls?: MqttTls;
  readonly tenant: string;
  readonly worker: string;
  /** Which this worker shares with the API alone: ANSHI_BUS_KEY. */
  readonly key: string;
  readonly log: Logger;
  readonly onAcknowledgement: (word: Acknowledgement) => void;
  /** Of any machine of the tenant, retained ones too. */
  readonly onMachine?: (machine: string, payload: Buffer) => void;
  /** What of a zone is armed, retained. */
  readonly onArming?: (topic: string, payload: Buffer) => void;
  /** Positions of badges on the floor plans of {@link Bus.followFloors}, and what holds for them, retained. */
  readonly onPositions?: (topic: string, payload: Buffer) => void;
  /** The API names the configuration that the worker should have. */
  readonly onConfiguration?: (revision: string) => void;
  /** The retained alarm plan, and what devices say to alarms. */
  readonly onAlarmPlan?: (payload: Buffer) => void;
  readonly onAlarmAnswer?: (topic: string, payload: Buffer) => void;
  /** Connected, for the first time or again. */
  readonly onConnect: () => void;
}

/** The worker's connection to the MQTT broker. It reconnects automatically. */
export class Bus {
  readonly #client: MqttClient;
  readonly #options: BusOptions;
  /** Names this connection, so that a last will ends no later one. */
  #session = randomUUID();
  #refused = 0;
  #floors: ReadonlySet<string> = new Set();

  constructor(options: BusOptions) {
    this.#options = options;
    const { tenant, worker, log } = options;
    const offline: Omit<WorkerStatus, 'at'> = {
      worker,
      online: false,
      http: null,
      cameras: [],
      liveEngine: null,
      model: null,
      outbox: null,
      recording: true,
      disk: null,
      warnings: [],
      configuration: null,
      problem: null,
    };
    const will = () => ({
      topic: topics.workerStatus(tenant, worker),
      payload: Buffer.from(
        this.#signed(topics.workerStatus(tenant, worker), {
          ...offline,
          at: new Date().toISOString(),
          session: this.#session,
        }),
      ),
      qos: 1 as const,
      retain: true,
    });
    this.#client = mqtt.connect(options.url, {
      ...options.tls,
      // The embedded broker supports 3.1.1, as do all others.
      protocolVersion: 4,
      // A stable name and a kept session: words of the API that come while the line is down wait.
      clientId: busClientId(options.url, `worker-${worker}`),
      clean: false,
      reconnectPeriod: 1000,
      connectTimeout: 5000,
      keepalive: 10,
      queueQoSZero: false,
      will: will(),
    });
    const acknowledgements = topics.acknowledgements(tenant, worker);
    const configuration = topics.configuration(tenant, worker);
    const machines = topics.machineState(tenant, '+');
    const [beforeMachine = '', afterMachine = ''] = machines.split('+');
    const arming = topics.arming(tenant, '+');
    const beforeZone = arming.slice(0, -1);
    const positions = topics.positions(tenant, '');
    const positionsState = topics.positionsState(tenant, '');
    const plan = topics.alarmPlan(tenant, worker);
    const answers = topics.alarmAnswers(tenant, '+', worker);
    const [beforeDevice = '', afterDevice = ''] = answers.split('+');
    let connected = false;
    let told = false;
    this.#client.on('connect', () => {
      connected = true;
      told = false;
      log.info({ broker: maskCredentials(options.url) }, 'connected to the broker');
      this.#client.subscribe(acknowledgements, { qos: 1 }, (error) => {
        if (error) log.error({ err: error }, 'the broker refuses the acknowledgements topic');
        else options.onConnect();
      });
      if (options.onConfiguration) {
        this.#client.subscribe(configuration, { qos: 1 }, (error) => {
          if (error) log.error({ err: error }, 'the broker refuses the topic of the configuration');
        });
      }
      if (options.onAlarmPlan) {
        this.#client.subscribe([plan, answers], { qos: 1 }, (error) => {
          if (error) log.error({ err: error }, 'the broker refuses the topics of alarms');
        });
      }
      if (options.onArming) {
        this.#client.subscribe(arming, { qos: 1 }, (error) => {
          if (error) log.error({ err: error }, 'the broker refuses the topic of arming');
        });
      }
      this.#hearFloors([...this.#floors]);
      if (options.onMachine) {
        this.#client.subscribe(machines, { qos: 0 }, (error) => {
          if (error) log.error({ err: error }, 'the broker refuses the topic of the machines');
        });
      }
    });
    this.#client.on('close', () => {
      if (connected) log.warn('the broker is away, trying again');
      connected = false;
      this.#session = randomUUID();
      this.#client.options.will = will();
    });
    this.#client.on('error', ({ message }) => {
      // It is tried again every second; one word is enough.
      if (!told) log.warn({ reason: message }, 'the broker cannot be reached, trying again');
      told = true;
    });
    this.#client.on('message', (topic, payload) => {
      if (topic.startsWith(beforeMachine) && topic.endsWith(afterMachine)) {
        const machine = topic.slice(beforeMachine.length, -afterMachine.length);
        options.onMachine?.(machine, payload);
        return;
      }
      if (topic.startsWith(positions) || topic.startsWith(positionsState)) {
        return options.onPositions?.(topic, payload);
      }
      if (topic.startsWith(beforeZone)) return options.onArming?.(topic, payload);
      if (topic === configuration) {
        const revision = readNotice(options.key, topic, payload);
        if (revision !== null) return options.onConfiguration?.(revision);
        this.#refused += 1;
        log.warn('a notice of another configuration is not believed');
        return;
      }
      if (topic === plan) return options.onAlarmPlan?.(payload);
      if (topic.startsWith(beforeDevice) && topic.endsWith(afterDevice)) {
        options.onAlarmAnswer?.(topic, payload);
        return;
      }
      if (topic !== acknowledgements) return;
      const word = readAcknowledgement(options.key, topic, payload);
      if (typeof word !== 'string') return options.onAcknowledgement(word);
      this.#refused += 1;
      const text = payload.toString().slice(0, 200);
      log.warn(
        { why: word, payload: text },
        'an acknowledgement is not believed: nothing is deleted',
      );
    });
  }

  /** Listens to the positions on these floor plans, and to no others. */
  followFloors(floorPlans: ReadonlySet<string>): void {
    const gone = [...this.#floors].filter((floorPlan) => !floorPlans.has(floorPlan));
    const added = [...floorPlans].filter((floorPlan) => !this.#floors.has(floorPlan));
    this.#floors = floorPlans;
    // Where the line is down, it is done when it is back; the session of the broker may still have the others.
    if (gone.length > 0) this.#client.unsubscribe(gone.flatMap((one) => this.#floorTopics(one)));
    if (this.#client.connected) this.#hearFloors(added);
  }

  #hearFloors(floorPlans: readonly string[]): void {
    if (floorPlans.length === 0 || !this.#options.onPositions) return;
    const both = floorPlans.flatMap((floorPlan) => this.#floorTopics(floorPlan));
    this.#client.subscribe(both, { qos: 1 }, (err) => {
      if (err) this.#options.log.error({ err }, 'the broker refuses the topics of positions');
    });
  }

  #floorTopics(floorPlan: string): string[] {
    const { tenant } = this.#options;
    return [topics.positions(tenant, floorPlan), topics.positionsState(tenant, floorPlan)];
  }

  /** Messages of the API that it did not sign, or long ago. */
  get refused(): number {
    return this.#refused;
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /**
   * Hands an event to the broker. Does nothing where the line is down: the outbox sends it again,
   * and a queue here would only send it twice.
   */
  event(event: ViolationEvent): void {
    const { tenant, worker } = this.#options;
    if (!this.#client.connected) return;
    const topic = topics.violationEvents(tenant, worker);
    this.#client.publish(topic, this.#signed(topic, event), { qos: 1 }, (error) => {
      if (error) this.#options.log.warn({ err: error, event: event.id }, 'publish failed');
    });
  }

  /** As {@link event}: what gets no word of the API is sent again. */
  models(event: ModelsLoaded): void {
    const { tenant, worker } = this.#options;
    this.#send(topics.modelEvents(tenant, worker), event, 1);
  }

  /** As {@link event}: what gets no word of the API is sent again. */
  alarmReport(event: AlarmReported): void {
    const { tenant, worker } = this.#options;
    this.#send(topics.alarmEvents(tenant, worker), event, 1);
  }

  /** An alarm, signed for its device. One that gets no answer is sent again. */
  alarm(topic: string, text: string): void {
    if (!this.#client.connected) return;
    this.#client.publish(topic, text, { qos: 1 }, (error) => {
      if (error) this.#options.log.warn({ err: error, topic }, 'an alarm was not published');
    });
  }

  observation(observation: Observation): void {
    if (!this.#client.connected) return;
    const { tenant, worker } = this.#options;
    const topic = topics.observations(tenant, worker, observation.camera);
    this.#client.publish(topic, JSON.stringify(observation), { qos: 0 });
  }

  /** Who is confirmed and alone in zones of a camera, signed for the API. */
  alone(said: Omit<ConfirmedAlone, 'worker'>): void {
    const { tenant, worker } = this.#options;
    this.#send(topics.confirmedAlone(tenant, worker, said.camera), { worker, ...said }, 0);
  }

  /** Who is confirmed in the picture of a camera, signed for the API. */
  named(said: Omit<NamedTracks, 'worker'>): void {
    const { tenant, worker } = this.#options;
    this.#send(topics.namedTracks(tenant, worker, said.camera), { worker, ...said }, 0);
  }

  /** A hand-over in view, signed for the API. It is told again until the API holds both badges. */
  handOver(said: Omit<HandOverSeen, 'worker'>): void {
    const { tenant, worker } = this.#options;
    this.#send(topics.handOvers(tenant, worker, said.camera), { worker, ...said }, 1);
  }

  #send(topic: string, message: object, qos: 0 | 1): void {
    if (this.#client.connected) this.#client.publish(topic, this.#signed(topic, message), { qos });
  }

  health(health: CameraHealth): void {
    if (!this.#client.connected) return;
    const { tenant, worker } = this.#options;
    const topic = topics.cameraHealth(tenant, worker, health.camera);
    this.#client.publish(topic, JSON.stringify(health), { qos: 0, retain: true });
  }

  /** Takes away the retained health of a camera that is no longer configured. */
  forget(camera: string): void {
    if (!this.#client.connected) return;
    const { tenant, worker } = this.#options;
    const topic = topics.cameraHealth(tenant, worker, camera);
    this.#client.publish(topic, '', { qos: 0, retain: true });
  }

  async status(status: WorkerStatus): Promise<void> {
    if (!this.#client.connected) return;
    const topic = topics.workerStatus(this.#options.tenant, this.#options.worker);
    await this.#client
      .publishAsync(topic, this.#signed(topic, { ...status, session: this.#session }), {
        qos: 1,
        retain: true,
      })
      .catch(() => {});
  }

  /** Signed when it is sent, again at each attempt: what waited in the outbox is fresh. */
  #signed(topic: string, message: object): string {
    return signMessage(this.#options.key, topic, message);
  }

  /** Leaves without the last will. */
  async close(): Promise<void> {
    this.#client.removeAllListeners('close');
    await this.#client.endAsync(!this.#client.connected).catch(() => {});
  }
}

/** @returns why it is not believed, where it is not. */
function readAcknowledgement(
  key: string,
  topic: string,
  payload: Buffer,
): Acknowledgement | string {
  try {
    const fault = signatureFault(key, topic, payload);
    if (fault !== null) return `its signature is ${fault}`;
    return acknowledgement.parse(JSON.parse(payload.toString()));
  } catch {
    return 'it is damaged';
  }
}

/**
 * Its age does not matter: it is retained, and an old one only makes the worker ask.
 *
 * @returns null where it is not the API's.
 */
function readNotice(key: string, topic: string, payload: Buffer): string | null {
  try {
    if (signatureFault(key, topic, payload, null) !== null) return null;
    return configurationNotice.parse(JSON.parse(payload.toString())).revision;
  } catch {
    return null;
  }
}
