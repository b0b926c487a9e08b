import {
  type ActuatorState,
  type AlarmAnswer,
  type AlarmOutput,
  type Command,
  type CommandResult,
  command,
  commandTiming,
  type Outputs,
  topics,
} from '@anshi/contracts';
import { signatureFault } from '@anshi/contracts/bus-signature';
import { BeaconAlarms } from './beacon-alarms.ts';
import type { OwnActions } from './control-actions.ts';

/** The state is sent again so often, so that subscribers know that it is current, ms. */
const TELL_AGAIN_MS = 10_000;
/** Answers are kept for commands that come again; those are over after minutes. */
const MOST_ANSWERS = 200;
const SAFE: Outputs = { light: 'off', sound: false };
const BOTH: readonly AlarmOutput[] = ['light', 'sound'];

export interface BeaconOptions {
  /** Its name on the bus. */
  name: string;
  tenant: string;
  /** The key that it shares with the API. */
  key: string;
  /** What it has; both where left out. A speaker has no light. */
  outputs?: readonly AlarmOutput[];
  /** In the place of light and sound, such as those of the control of a machine. */
  actions?: OwnActions;
  answer(result: CommandResult): void;
  answerAlarm(answer: AlarmAnswer): void;
  tell(state: ActuatorState): void;
  now?: () => number;
}

/**
 * A beacon, light and sound, or a speaker without a light. It carries out each command once and none whose time is over, reads its
 * outputs back, and goes to its safe state, off, when their time is up.
 */
export class Beacon {
  readonly name: string;
  readonly #options: BeaconOptions;
  readonly #now: () => number;
  readonly #answers = new Map<string, CommandResult>();
  readonly #alarms: BeaconAlarms;
  readonly #has: readonly AlarmOutput[];
  #outputs: Outputs;
  /** When the outputs go off, ms; null where they are off or stay. */
  #until: number | null = null;
  #act: string | null = null;
  #toldAt = -Infinity;

  constructor(options: BeaconOptions) {
    this.name = options.name;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#has = options.outputs ?? BOTH;
    this.#outputs = this.#safe;
    this.#alarms = new BeaconAlarms({
      ...options,
      now: this.#now,
      has: this.#has,
      set: (outputs, until) => {
        this.#outputs = this.#of(outputs);
        this.#until = until;
        this.#act = null;
        this.tell();
        return this.#outputs;
      },
      answer: (answer) => options.answerAlarm(answer),
    });
  }

  get #safe(): Outputs {
    return this.#options.actions?.safe ?? this.#of(SAFE);
  }

  /** Those of its outputs alone. */
  #of(outputs: Outputs): Outputs {
    return Object.fromEntries(
      Object.entries(outputs).filter(([name]) => this.#has.some((one) => one === name)),
    );
  }

  /** Takes an alarm of a worker; what that worker did not sign gets no answer. */
  takeAlarm(topic: string, payload: Uint8Array): void {
    this.#alarms.take(topic, payload);
  }

  /** Takes whose alarms it gives, and what is muted. */
  takeRules(payload: Uint8Array): void {
    this.#alarms.takeRules(payload);
  }

  /** Takes the bytes of a message of its topic. What the API did not sign gets no answer. */
  take(payload: Uint8Array): void {
    const { tenant, key } = this.#options;
    const now = this.#now();
    if (signatureFault(key, topics.command(tenant, this.name), payload, now) !== null) return;
    const read = command.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (!read.success || read.data.device !== this.name) return;
    const known = this.#answers.get(read.data.id);
    if (known) {
      this.#options.answer(known);
      return;
    }
    const timing = commandTiming(read.data, now);
    if (timing !== 'due') {
      this.#answer(read.data, 'refused', timing === 'late' ? 'late' : 'clock');
      return;
    }
    this.#carryOut(read.data, now);
  }

  #carryOut(given: Command, now: number): void {
    const { actions } = this.#options;
    const wanted = actions ? actions.outputsOf(given, this.#outputs) : outputsOf(given);
    if (!wanted) {
      this.#answer(given, 'refused', 'unknown-action');
      return;
    }
    this.#answer(given, 'accepted', null);
    // A command takes the place of an alarm.
    this.#alarms.stop();
    const isSameAct = given.act !== null && given.act === this.#act && this.#until !== null;
    const holdSeconds = given.holdSeconds ?? actions?.holdSeconds ?? null;
    const until = holdSeconds === null ? null : now + holdSeconds * 1000;
    this.#until = isSameAct ? Math.max(this.#until ?? 0, until ?? 0) : until;
    this.#act = given.act;
    this.#outputs = actions ? wanted : this.#of(wanted);
    this.#answer(given, 'done', null);
    this.tell();
  }

  #answer({ id }: Command, result: CommandResult['result'], fault: CommandResult['fault']): void {
    const answer: CommandResult = {
      id,
      device: this.name,
      result,
      fault,
      readBack: this.#outputs,
      at: new Date(this.#now()).toISOString(),
    };
    this.#answers.set(id, answer);
    for (const old of this.#answers.keys()) {
      if (this.#answers.size <= MOST_ANSWERS) break;
      this.#answers.delete(old);
    }
    this.#options.answer(answer);
  }

  /** Says what it does now. */
  tell({ online = true }: { online?: boolean } = {}): void {
    const now = this.#now();
    this.#toldAt = now;
    this.#options.tell({
      device: this.name,
      online,
      outputs: this.#outputs,
      until: this.#until === null ? null : new Date(this.#until).toISOString(),
      at: new Date(now).toISOString(),
    });
  }

  /** When there is something to do, ms since the epoch. */
  due(): number {
    return Math.min(this.#until ?? Infinity, this.#alarms.due(), this.#toldAt + TELL_AGAIN_MS);
  }

  /** Goes to the safe state where its time is up, and says what it does. */
  run(): void {
    if (this.#until !== null && this.#until <= this.#now()) {
      this.#outputs = this.#safe;
      this.#until = null;
      this.#act = null;
      this.#alarms.stop();
    }
    this.#alarms.run();
    this.tell();
  }
}

/** What an action sets; null for one that a beacon does not have. */
function outputsOf({ action, parameters }: Command): Outputs | null {
  const { light = 'off', sound = false } = parameters;
  if (action === 'test') return { light: 'flash', sound: true };
  if (action === 'signal') return { light, sound };
  return action === 'off' ? SAFE : null;
}
