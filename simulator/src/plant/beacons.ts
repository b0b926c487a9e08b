import { topics } from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { signMessage } from '@anshi/contracts/bus-signature';
import type { Clock } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import { Beacon } from './beacon.ts';
import type { Bus } from './bus.ts';

/**
 * Names of the beacons that are simulated and their keys.
 *
 * @param text `name=key,name=key`; empty for none.
 * @throws Error where it is something else.
 */
export function readBeacons(text: string): ReadonlyMap<string, string> {
  const beacons = new Map<string, string>();
  for (const part of text.split(',').filter(Boolean)) {
    const [, name, key] = /^([a-z0-9]+(?:-[a-z0-9]+)*)=([0-9a-f]{64})$/.exec(part) ?? [];
    if (!name || !key) throw new Error('ANSHI_SIM_ACTUATORS must be name=key,name=key');
    beacons.set(name, key);
  }
  return beacons;
}

/** The beacons of the plant: they take commands of the API and carry them out. */
export class Beacons implements Task {
  readonly #beacons: readonly Beacon[];
  readonly #clock: Clock;

  /** @param onChange called where the next run may have moved closer. */
  constructor(options: {
    beacons: ReadonlyMap<string, string>;
    tenant: string;
    bus: Bus;
    clock: Clock;
    onChange: () => void;
  }) {
    const { beacons, tenant, bus, clock, onChange } = options;
    this.#clock = clock;
    this.#beacons = [...beacons].map(([name, key]) => {
      const results = topics.commandResults(tenant, name);
      const states = topics.actuatorState(tenant, name);
      const beacon = new Beacon({
        name,
        tenant,
        key,
        answer: (result) => bus.publishText(results, signMessage(key, results, result), false),
        answerAlarm(answer) {
          const topic = topics.alarmAnswers(tenant, name, answer.worker);
          bus.publishText(
            topic,
            signMessage(alarmBusKey(key, answer.worker), topic, answer),
            false,
          );
        },
        tell: (state) => bus.publishText(states, signMessage(key, states, state), true),
      });
      bus.take(topics.command(tenant, name), (payload) => {
        beacon.take(payload);
        onChange();
      });
      bus.take(topics.alarm(tenant, name, '+'), (payload, topic) => {
        beacon.takeAlarm(topic, payload);
        onChange();
      });
      bus.take(topics.alarmRules(tenant, name), (payload) => {
        beacon.takeRules(payload);
        onChange();
      });
      return beacon;
    });
  }

  /** Says what all of them do, after a connection. */
  tellAll(): void {
    for (const beacon of this.#beacons) beacon.tell();
  }

  /** Says that they are gone. */
  stop(): void {
    for (const beacon of this.#beacons) beacon.tell({ online: false });
  }

  due(): number {
    const next = Math.min(...this.#beacons.map((one) => one.due()));
    return next === Infinity ? Infinity : this.#clock.elapsed() + (next - Date.now()) / 1000;
  }

  run(): void {
    for (const beacon of this.#beacons) if (beacon.due() <= Date.now()) beacon.run();
  }
}
