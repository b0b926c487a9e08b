import {
  type ActuatorState,
  type Alarm,
  type AlarmAnswer,
  alarm,
  alarmRules,
  type Command,
  type CommandResult,
  command,
  commandTiming,
  type RunningAlarm,
  readOutsideTime,
  runAlarm,
  topics,
} from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { signatureFault, signMessage } from '@anshi/contracts/bus-signature';
import type { Logger } from 'pino';
import { outputsOfAlarm, signalOfAlarm } from './alarm-signal.ts';
import type { DeviceConfig } from './config.ts';
import { type Driver, faultOf } from './drivers/driver.ts';
import type { Journal } from './journal.ts';
import { DeviceOutputs, wantedBy } from './outputs.ts';

/** The state is sent again so often, so that subscribers know that it is current, ms. */
const TELL_AGAIN_MS = 10_000;

export interface DeviceOptions {
  readonly config: DeviceConfig;
  readonly tenant: string;
  readonly driver: Driver;
  readonly journal: Journal;
  readonly log: Logger;
  /** Hands signed text to the broker. */
  readonly publish: (topic: string, text: string, retain: boolean) => void;
  readonly now?: () => number;
  /** Milliseconds that no change of the clock touches: ends of outputs and alarms go by it. */
  readonly monotonic?: () => number;
}

/**
 * A device that a gateway carries. It takes commands of the API and alarms of workers, carries out each
 * id once and none after its time, and answers with what the device reads back.
 */
export class Device {
  readonly name: string;
  readonly #options: DeviceOptions;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #outputs: DeviceOutputs;
  /** In monotonic time. */
  #running: RunningAlarm | null = null;
  #closing = false;
  #act: string | null = null;
  #telling: NodeJS.Timeout | undefined;
  #muting: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: DeviceOptions) {
    const { config, driver, log } = options;
    this.name = config.device;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#outputs = new DeviceOutputs({
      driver,
      safe: config.safe,
      faultOutput: config.faultOutput,
      log,
      monotonic: this.#monotonic,
      onChange: () => this.tell(),
      onSafe: () => {
        this.#running = null;
      },
    });
  }

  /** First the safe state: what was on when an earlier run ended may still be on. */
  async start(): Promise<void> {
    await this.#outputs.makeSafe();
    this.#telling = setInterval(() => this.tell(), TELL_AGAIN_MS).unref();
  }

  /** Whether the bus is lost, which the fault output shows. */
  showLost(isLost: boolean): void {
    this.#outputs.showLost(isLost);
  }

  /** Why it cannot be switched now; null where it can. */
  get fault(): string | null {
    return this.#outputs.fault;
  }

  /** Takes the bytes of a message to this device; one after the other. */
  take(topic: string, payload: Uint8Array): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#take(topic, payload))
      .catch((err: unknown) => this.#options.log.error({ err, topic }, 'a message was not taken'));
    return this.#turn;
  }

  async #take(topic: string, payload: Uint8Array): Promise<void> {
    if (this.#closing) return;
    const { tenant, config } = this.#options;
    const { name } = this;
    const worker = topic.split('/').at(-1) ?? '';
    const isAlarm = topic === topics.alarm(tenant, name, worker);
    const isRules = topic === topics.alarmRules(tenant, name);
    const key = isAlarm ? alarmBusKey(config.key, worker) : config.key;
    // What is retained is as old as it is.
    const fault = signatureFault(key, topic, payload, isRules ? null : this.#now());
    if (fault !== null) return this.#leaveOut(topic, `its signature is ${fault}`);
    const message: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (isRules) return this.#takeRules(topic, message);
    if (isAlarm) {
      const read = alarm.safeParse(message);
      if (!read.success || read.data.device !== name || read.data.worker !== worker) {
        return this.#leaveOut(topic, 'it does not match its schema');
      }
      return this.#takeAlarm(read.data);
    }
    const read = command.safeParse(message);
    if (topic !== topics.command(tenant, name) || !read.success || read.data.device !== name) {
      return this.#leaveOut(topic, 'it does not match its schema');
    }
    return this.#takeCommand(read.data);
  }

  #leaveOut(topic: string, why: string): void {
    this.#options.log.warn({ topic, why }, 'a message is not believed');
  }

  async #takeRules(topic: string, message: unknown): Promise<void> {
    const { journal } = this.#options;
    const read = alarmRules.safeParse(message);
    if (!read.success || read.data.device !== this.name) {
      return this.#leaveOut(topic, 'it does not match its schema');
    }
    const time = readOutsideTime('alarm-rules', read.data.at, this.#now());
    if (time.result !== 'taken') return this.#leaveOut(topic, 'it is of the future');
    const last = journal.rules;
    // One that is itself of the future was kept by a clock that was wrong, and keeps nothing out.
    const counts = last && readOutsideTime('alarm-rules', last.at, this.#now()).result === 'taken';
    if (counts && Date.parse(read.data.at) < Date.parse(last.at)) {
      return this.#leaveOut(topic, 'there is a later one');
    }
    await journal.setRules(read.data);
    if (!read.data.active && this.#running) {
      this.#running = null;
      await this.#outputs.makeSafe();
    } else await this.#showAlarm();
  }

  async #takeCommand(given: Command): Promise<void> {
    const { journal, config } = this.#options;
    const known = journal.command(given.id);
    if (known) return this.#result(known);
    if (known === null) {
      // Begun by a process that is gone: whether it was done is not known, and it is not done again.
      return this.#resultOf(given, 'failed', 'output');
    }
    const timing = commandTiming(given, this.#now());
    if (timing !== 'due') {
      return this.#resultOf(given, 'refused', timing === 'late' ? 'late' : 'clock');
    }
    const wanted = wantedBy(given, config.safe);
    if (!wanted) return this.#resultOf(given, 'refused', 'unknown-action');
    if (!config.actions.some((one) => one === given.action)) {
      return this.#resultOf(given, 'refused', 'not-allowed');
    }
    await journal.setCommand(given.id, null);
    // The disk may have taken longer than there was time.
    if (commandTiming(given, this.#now()) !== 'due') {
      return this.#resultOf(given, 'refused', 'late');
    }
    const isSameAct = given.act !== null && given.act === this.#act;
    const hold = given.holdSeconds === null ? null : given.holdSeconds * 1000;
    const left = isSameAct ? (this.#outputs.remainingMs ?? 0) : 0;
    this.#running = null;
    this.#act = given.act;
    try {
      await this.#outputs.set(wanted, hold === null ? null : Math.max(left, hold));
      await this.#resultOf(given, 'done', null);
    } catch (error) {
      await this.#resultOf(given, 'failed', faultOf(error));
    }
  }

  async #resultOf(
    { id }: Command,
    result: CommandResult['result'],
    fault: CommandResult['fault'],
  ): Promise<void> {
    const answer: CommandResult = {
      id,
      device: this.name,
      result,
      fault,
      readBack: this.#outputs.fault === null ? this.#outputs.readBack : null,
      at: new Date(this.#now()).toISOString(),
    };
    await this.#options.journal.setCommand(id, answer);
    this.#result(answer);
  }

  #result(answer: CommandResult): void {
    const { tenant, config, publish } = this.#options;
    const topic = topics.commandResults(tenant, this.name);
    publish(topic, signMessage(config.key, topic, answer, this.#now()), false);
  }

  async #takeAlarm(given: Alarm): Promise<void> {
    const { journal, config } = this.#options;
    const known = journal.alarm(given.id);
    if (known) return this.#answer(known);
    if (known === null) return this.#answerTo(given, { result: 'failed', fault: 'output' });
    const refusal = this.#refusal(given);
    if (refusal !== null) return this.#answerTo(given, { result: 'refused', fault: refusal });
    const mutes = journal.rules?.mutes ?? [];
    const { kept, fault } = signalOfAlarm(config.safe, given, mutes, this.#now());
    if (fault !== null) return this.#answerTo(given, { result: 'refused', fault, muted: kept });
    await this.#keepAlarm(given.id, null);
    // The disk may have taken longer than there was time.
    if (commandTiming(given, this.#now()) !== 'due') {
      return this.#answerTo(given, { result: 'refused', fault: 'late' });
    }
    this.#act = null;
    this.#running = runAlarm(this.#running, given, this.#monotonic());
    const { id: runs, until } = this.#running;
    try {
      await this.#showAlarm();
      await this.#answerTo(given, {
        result: 'done',
        fault: kept.length > 0 ? 'muted' : null,
        muted: kept,
        runs,
        readBack: this.#outputs.readBack,
        until: this.#timeIn(until - this.#monotonic()),
      });
    } catch (error) {
      this.#running = null;
      await this.#answerTo(given, { result: 'failed', fault: faultOf(error) });
    }
  }

  #refusal(given: Alarm): AlarmAnswer['fault'] {
    const { journal, config } = this.#options;
    const timing = commandTiming(given, this.#now());
    if (timing !== 'due') return timing === 'late' ? 'late' : 'clock';
    if (!config.actions.includes('alarm')) return 'not-allowed';
    // Without word of the API it takes the alarms of each worker with a key: silence is worse.
    if (journal.rules === null) return null;
    if (!journal.rules.active) return 'out-of-use';
    return journal.rules.workers.includes(given.worker) ? null : 'not-allowed';
  }

  /** Switches what runs and is not muted, again where a mute begins or ends. @throws DriverError */
  async #showAlarm(): Promise<void> {
    clearTimeout(this.#muting);
    const now = this.#now();
    const left = (this.#running?.until ?? 0) - this.#monotonic();
    if (this.#running === null || left <= 0) return;
    const mutes = this.#options.journal.rules?.mutes ?? [];
    const { wanted, changesIn } = outputsOfAlarm(this.#running, mutes, now, left);
    if (changesIn !== null) {
      this.#muting = setTimeout(() => {
        this.#turn = this.#turn.then(() => this.#showAlarm()).catch(() => {});
      }, changesIn).unref();
    }
    await this.#outputs.set(wanted, left);
  }

  async #answerTo(
    { id, device, worker }: Alarm,
    answer: Pick<AlarmAnswer, 'result' | 'fault'> & Partial<AlarmAnswer>,
  ): Promise<void> {
    const at = new Date(this.#now()).toISOString();
    const nothing = { muted: [], runs: null, readBack: null, until: null };
    const whole: AlarmAnswer = { id, device, worker, at, ...nothing, ...answer };
    await this.#keepAlarm(id, whole);
    this.#answer(whole);
  }

  /** On a full disk an alarm is given all the same, and known in memory alone. */
  async #keepAlarm(id: string, answer: AlarmAnswer | null): Promise<void> {
    const { journal, log } = this.#options;
    await journal
      .setAlarm(id, answer)
      .catch((err: unknown) =>
        log.error({ err, alarm: id }, 'an alarm cannot be kept on the disk'),
      );
  }

  #answer(answer: AlarmAnswer): void {
    const { tenant, config, publish } = this.#options;
    const topic = topics.alarmAnswers(tenant, this.name, answer.worker);
    const key = alarmBusKey(config.key, answer.worker);
    publish(topic, signMessage(key, topic, answer, this.#now()), false);
  }

  /** The wall time in so long, as messages have it. */
  #timeIn(ms: number): string {
    return new Date(this.#now() + ms).toISOString();
  }

  /** What it does now, as it is retained on the bus; also its last will. */
  stateText(online: boolean): string {
    const { tenant, config } = this.#options;
    const { remainingMs, readBack } = this.#outputs;
    const state: ActuatorState = {
      device: this.name,
      online,
      outputs: readBack,
      until: remainingMs === null ? null : this.#timeIn(remainingMs),
      at: new Date(this.#now()).toISOString(),
    };
    return signMessage(config.key, topics.actuatorState(tenant, this.name), state, this.#now());
  }

  /** Says what it does. One that cannot be reached is not online. */
  tell(online: boolean = this.#outputs.fault === null): void {
    const { tenant, publish } = this.#options;
    publish(topics.actuatorState(tenant, this.name), this.stateText(online), true);
  }

  /** Leaves the device in its safe state; what comes from now on is not done. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#telling);
    await this.#turn;
    clearTimeout(this.#muting);
    this.#running = null;
    await this.#outputs.close();
    this.tell(false);
  }
}
