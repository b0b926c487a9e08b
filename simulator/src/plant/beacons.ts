import { type AlarmOutput, topics } from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { signMessage } from '@anshi/contracts/bus-signature';
import type { Clock } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import { Beacon } from './beacon.ts';
import type { Bus } from './bus.ts';
import { controlActions } from './control-actions.ts';

/** A beacon that is simulated, or a speaker. */
export interface SimulatedBeacon {
  readonly name: string;
  readonly key: string;
  /** What it has for alarms; none of the control of a machine. */
  readonly outputs: readonly AlarmOutput[];
  /** Takes requests to a machine in the place of signals. */
  readonly isControl?: true;
}

/**
 * The beacons, speakers and controls of machines that are simulated.
 *
 * @param text `name=key,name:speaker=key,name:control=key`; empty for none.
 * @throws Error where it is something else.
 */
export function readBeacons(text: string): readonly SimulatedBeacon[] {
  return text
    .split(',')
    .filter(Boolean)
    .map((part): SimulatedBeacon => {
      const [, name, kind, key] =
        /^([a-z0-9]+(?:-[a-z0-9]+)*)(:speaker|:control)?=([0-9a-f]{64})$/.exec(part) ?? [];
      if (!name || !key) {
        throw new Error(
          'ANSHI_SIM_ACTUATORS must be name=key,name=key; name:speaker=key for a speaker, name:control=key for the control of a machine',
        );
      }
      if (kind === ':control') return { name, key, outputs: [], isControl: true };
      return { name, key, outputs: kind ? ['sound'] : ['light', 'sound'] };
    });
}

/** The beacons of the plant: they take commands of the API and carry them out. */
export class Beacons implements Task {
  readonly #beacons: readonly Beacon[];
  readonly #clock: Clock;

  /** @param onChange called where the next run may have moved closer. */
  constructor(options: {
    beacons: readonly SimulatedBeacon[];
    tenant: string;
    bus: Bus;
    clock: Clock;
    onChange: () => void;
  }) {
    const { beacons, tenant, bus, clock, onChange } = options;
    this.#clock = clock;
    this.#beacons = beacons.map(({ name, key, outputs, isControl }) => {
      const results = topics.commandResults(tenant, name);
      const states = topics.actuatorState(tenant, name);
      const beacon = new Beacon({
        name,
        tenant,
        key,
        outputs,
        ...(isControl && { actions: controlActions }),
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
