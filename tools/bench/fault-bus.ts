import { observation, topics, violationEvent } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Plant } from '../plant/plant.ts';
import { UNBROKEN_SECONDS } from './fault-records.ts';
import { addMoment, type Stretch } from './fault-score.ts';
import { confirmedViolation } from './outbox-violations.ts';

/** What is heard on the bus in a run with faults. */
export class FaultBus {
  /** Violations that a worker confirmed, and what is known of each, for the notes of a run. */
  readonly confirmed = new Map<string, string>();
  /** When each camera was watched, by the observations that were heard, seconds of the run. */
  readonly seen = new Map<string, Stretch[]>();
  /** When the beacon was last heard, ms since the epoch. */
  beaconHeardAt = 0;
  isBeaconOnline = false;
  readonly #begin: number;
  readonly #beaconState: string;
  readonly #client: MqttClient;

  private constructor(begin: number, beaconState: string, client: MqttClient) {
    this.#begin = begin;
    this.#beaconState = beaconState;
    this.#client = client;
    client.on('message', (topic, payload) => this.#hear(topic, payload));
  }

  /**
   * Listens until it is closed, with a session that the broker keeps.
   *
   * @param begin second 0 of the run, ms since the epoch.
   */
  static async open(plant: Plant, beacon: string, begin: number): Promise<FaultBus> {
    const client = await connectAsync(plant.busUrl('api', 'tap'), {
      protocolVersion: 4,
      clean: false,
      clientId: 'api-tap',
      reconnectPeriod: 200,
    });
    const beaconState = topics.actuatorState('demo', beacon);
    const bus = new FaultBus(begin, beaconState, client);
    await client.subscribeAsync([topics.violationEvents('demo', '+'), beaconState], { qos: 1 });
    await client.subscribeAsync(topics.observations('demo', '+', '+'), { qos: 0 });
    return bus;
  }

  /** When the picture of the last observation of a camera was taken, ms since the epoch; 0 before the first. */
  seenAt(camera: string): number {
    const last = this.seen.get(camera)?.at(-1);
    return last ? this.#begin + last.to * 1000 : 0;
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #hear(topic: string, payload: Buffer): void {
    if (payload.length === 0) return;
    const message: unknown = JSON.parse(payload.toString());
    if (topic.includes('/observations')) {
      const { camera, at } = observation.parse(message);
      const stretches = this.seen.get(camera) ?? [];
      this.seen.set(camera, stretches);
      addMoment(stretches, (Date.parse(at) - this.#begin) / 1000, UNBROKEN_SECONDS);
    } else if (topic === this.#beaconState) {
      this.isBeaconOnline = (message as { online: boolean }).online;
      this.beaconHeardAt = Date.now();
    } else {
      const event = violationEvent.parse(message);
      const { violation } = event.data;
      if (event.type === 'cn.anshi.violation.confirmed.v2') {
        const { camera, ruleId, item, startedAt, grant } = event.data;
        const of = `${event.source} ${camera} ${ruleId} ${item} from ${startedAt} grant ${grant}`;
        this.confirmed.set(violation, of);
      } else if (confirmedViolation(event) !== null && !this.confirmed.has(violation)) {
        this.confirmed.set(violation, event.type);
      }
    }
  }
}
