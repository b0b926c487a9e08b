import {
  type Alarm,
  type AlarmAnswer,
  type AlarmOutput,
  type AlarmRules,
  alarm,
  alarmRules,
  commandTiming,
  mutedOutputs,
  type Outputs,
  type RunningAlarm,
  readOutsideTime,
  runAlarm,
  signalWith,
  topics,
} from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { signatureFault } from '@anshi/contracts/bus-signature';

/** Answers are kept for alarms that come again; those are over after seconds. */
const MOST_ANSWERS = 500;

export interface BeaconAlarmsOptions {
  name: string;
  tenant: string;
  /** The key that the device shares with the API. */
  key: string;
  now: () => number;
  has: readonly AlarmOutput[];
  /** Switches the outputs. @returns what is read back. */
  set(outputs: Outputs, until: number | null): Outputs;
  answer(answer: AlarmAnswer): void;
}

/**
 * The alarms of a beacon: it takes them from the workers that the API named, gives none twice and none
 * late, lets one prolong another, and keeps off what is muted. Without word of the API it takes the
 * alarms of each worker that has a key.
 */
export class BeaconAlarms {
  readonly #options: BeaconAlarmsOptions;
  readonly #answers = new Map<string, AlarmAnswer>();
  #rules: AlarmRules | null = null;
  #running: RunningAlarm | null = null;
  #shown = '';
  /** When a mute begins or ends next. */
  #edge = Infinity;

  constructor(options: BeaconAlarmsOptions) {
    this.#options = options;
  }

  takeRules(payload: Uint8Array): void {
    const { name, tenant, key, now } = this.#options;
    // It is retained: its age says nothing, but an older one than the last is not believed.
    if (signatureFault(key, topics.alarmRules(tenant, name), payload, null) !== null) return;
    const read = alarmRules.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (!read.success || read.data.device !== name) return;
    if (readOutsideTime('alarm-rules', read.data.at, now()).result !== 'taken') return;
    if (this.#rules && Date.parse(read.data.at) < Date.parse(this.#rules.at)) return;
    this.#rules = read.data;
    if (!read.data.active && this.#running !== null) {
      this.stop();
      this.#options.set({ light: 'off', sound: false }, null);
    }
    this.run();
  }

  take(topic: string, payload: Uint8Array): void {
    const { name, tenant, key, now: clock } = this.#options;
    const now = clock();
    const worker = topic.split('/').at(-1) ?? '';
    if (topic !== topics.alarm(tenant, name, worker)) return;
    if (signatureFault(alarmBusKey(key, worker), topic, payload, now) !== null) return;
    const read = alarm.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (!read.success || read.data.device !== name || read.data.worker !== worker) return;
    const known = this.#answers.get(read.data.id);
    if (known) {
      this.#options.answer(known);
      return;
    }
    const fault = this.#refusal(read.data, now);
    if (fault !== null) this.#answer(read.data, { result: 'refused', fault });
    else this.#begin(read.data, now);
  }

  #refusal(given: Alarm, now: number): AlarmAnswer['fault'] {
    const timing = commandTiming(given, now);
    if (timing !== 'due') return timing === 'late' ? 'late' : 'clock';
    if (this.#rules === null) return null;
    if (!this.#rules.active) return 'out-of-use';
    return this.#rules.workers.includes(given.worker) ? null : 'not-allowed';
  }

  #begin(given: Alarm, now: number): void {
    const { has } = this.#options;
    const signal = signalWith(has, given);
    if (signal === null) {
      this.#answer(given, { result: 'refused', fault: 'no-output' });
      return;
    }
    const muted = mutedOutputs(this.#rules?.mutes ?? [], now);
    const kept = muted.filter((one) => (one === 'light' ? signal.light !== 'off' : signal.sound));
    const left = has.filter((one) => !kept.includes(one));
    if (signalWith(left, signal) === null) {
      this.#answer(given, { result: 'refused', fault: 'muted', muted: kept });
      return;
    }
    this.#running = runAlarm(this.#running, given, now);
    const readBack = this.#show(now);
    this.#answer(given, {
      result: 'done',
      fault: kept.length > 0 ? 'muted' : null,
      muted: kept,
      readBack,
      runs: this.#running.id,
      until: new Date(this.#running.until).toISOString(),
    });
  }

  /** Switches what runs and is not muted. @returns what is read back. */
  #show(now: number): Outputs {
    const { until } = this.#running as RunningAlarm;
    const outputs = this.#wanted(now);
    this.#shown = `${outputs.light} ${outputs.sound} ${until}`;
    this.#edge = this.#nextEdge(now);
    return this.#options.set(outputs, until);
  }

  #answer(
    given: Alarm,
    answer: Pick<AlarmAnswer, 'result' | 'fault'> & Partial<AlarmAnswer>,
  ): void {
    const { id, device, worker } = given;
    const at = new Date(this.#options.now()).toISOString();
    const nothing = { muted: [], runs: null, readBack: null, until: null };
    const whole: AlarmAnswer = { id, device, worker, at, ...nothing, ...answer };
    this.#answers.set(id, whole);
    for (const old of this.#answers.keys()) {
      if (this.#answers.size <= MOST_ANSWERS) break;
      this.#answers.delete(old);
    }
    this.#options.answer(whole);
  }

  /** When a mute begins or ends while an alarm runs, ms since the epoch. */
  due(): number {
    return this.#running === null ? Infinity : this.#edge;
  }

  /** Lets mutes that begin or end take effect on what runs. */
  run(): void {
    const now = this.#options.now();
    if (this.#running === null) return;
    const { until } = this.#running;
    const { light, sound } = this.#wanted(now);
    if (`${light} ${sound} ${until}` !== this.#shown) this.#show(now);
    else this.#edge = this.#nextEdge(now);
  }

  #wanted(now: number): Outputs {
    const { light, sound } = this.#running as RunningAlarm;
    const muted: AlarmOutput[] = mutedOutputs(this.#rules?.mutes ?? [], now);
    return {
      light: muted.includes('light') ? 'off' : light,
      sound: sound && !muted.includes('sound'),
    };
  }

  #nextEdge(now: number): number {
    const edges = (this.#rules?.mutes ?? []).flatMap(({ from, until }) => [
      Date.parse(from),
      Date.parse(until),
    ]);
    return Math.min(Infinity, ...edges.filter((edge) => edge > now));
  }

  /** Nothing runs any more: its time is over, or a command took its place. */
  stop(): void {
    this.#running = null;
    this.#shown = '';
  }
}
