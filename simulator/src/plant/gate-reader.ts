import type { MachineState } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import { askGate, type MachineGate, type Turn } from './gate-config.ts';

/** Republishing interval of an unchanged state, seconds. */
const TELL_AGAIN = 10;
/** A start runs so long, seconds. */
const RUNS = 45;
/**
 * Cards of the demonstration: the fitter has the certificate for welding, the keeper of the store that for forklifts, the
 * shift leader none of them.
 */
const TURNS: readonly [Turn, Turn] = [
  { after: 20, card: 'badge-lent-1' },
  { after: 90, card: 'badge-w3' },
];
const FORKLIFT_TURNS: readonly [Turn, Turn] = [
  { after: 30, card: 'badge-a2' },
  { after: 120, card: 'badge-w3' },
];
const turnsOf = (machine: string) => (machine.startsWith('forklift-') ? FORKLIFT_TURNS : TURNS);

/** Where it is set so, the machine is switched on once without a card, at its cabinet: when, and for how long, seconds. */
const UNSIGNED = { after: 150, runs: 60 } as const;

/** What became of a card. */
export interface Shown {
  /** allow, hold, deny; `none` where there was no answer. */
  readonly decision: string;
  readonly state: MachineState['state'];
}

export interface GateReaderOptions {
  readonly config: MachineGate;
  /** Of the API. */
  readonly apiUrl: string;
  /** It shows cards by itself in rounds of so many seconds; 0: only those of the control API. */
  readonly everySeconds: number;
  /** The machine runs once without a card, after the first round. */
  readonly runsUnsigned?: boolean;
  readonly clock: Clock;
  readonly publish: (state: MachineState) => void;
  /** Called where the next run may have moved closer. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/**
 * A reader at a machine that shows cards to the API, and the machine: it runs for a while on `allow`, and stays off on
 * anything else.
 */
export class GateReader implements Task {
  readonly #options: GateReaderOptions;
  #state: MachineState['state'] = 'stopped';
  readonly #began: number;
  #stopAt = Number.POSITIVE_INFINITY;
  #tellAt = 0;
  #turn = 0;
  #shown = 0;
  #unsignedAt: number;

  constructor(options: GateReaderOptions) {
    this.#options = options;
    this.#began = options.clock.elapsed();
    this.#unsignedAt = options.runsUnsigned
      ? this.#began + UNSIGNED.after
      : Number.POSITIVE_INFINITY;
  }

  get name(): string {
    return this.#options.config.name;
  }

  /** Says again what the machine does, after a reconnect. */
  tell(): void {
    const { config, publish } = this.#options;
    publish({ machine: config.machine, state: this.#state, at: new Date().toISOString() });
  }

  /** Shows a card. The machine follows the answer; without one it stays as it is. */
  async show(card: string): Promise<Shown> {
    const { clock, onChange } = this.#options;
    const decision = await this.#ask(card);
    if (decision === 'allow') {
      this.#stopAt = clock.elapsed() + RUNS;
      this.#set('running');
    }
    onChange();
    return { decision, state: this.#state };
  }

  /** The machine is switched on by hand for a while, without a card. */
  start(): void {
    const { clock, onChange } = this.#options;
    this.#stopAt = clock.elapsed() + UNSIGNED.runs;
    this.#set('running');
    onChange();
  }

  /** The machine is switched off by hand. */
  stop(): void {
    this.#stopAt = Number.POSITIVE_INFINITY;
    this.#set('stopped');
  }

  due(): number {
    return Math.min(this.#tellAt, this.#stopAt, this.#nextTurn(), this.#unsignedAt);
  }

  run(now: number): void {
    if (now >= this.#stopAt) this.stop();
    if (now >= this.#unsignedAt) {
      this.#unsignedAt = Number.POSITIVE_INFINITY;
      this.start();
    }
    if (now >= this.#nextTurn()) {
      const turns = turnsOf(this.#options.config.machine);
      const { card } = turns[this.#turn % turns.length]!;
      this.#turn++;
      void this.show(card);
    }
    if (now >= this.#tellAt) {
      this.#tellAt = now + TELL_AGAIN;
      this.tell();
    }
  }

  #nextTurn(): number {
    const { everySeconds, config } = this.#options;
    if (everySeconds === 0) return Number.POSITIVE_INFINITY;
    const turns = turnsOf(config.machine);
    const round = Math.floor(this.#turn / turns.length);
    return this.#began + round * everySeconds + turns[this.#turn % turns.length]!.after;
  }

  #set(state: MachineState['state']): void {
    this.#state = state;
    this.tell();
  }

  #ask(card: string): Promise<string> {
    const { config, apiUrl, log } = this.#options;
    return askGate(config, { apiUrl, card, count: ++this.#shown, log });
  }
}
