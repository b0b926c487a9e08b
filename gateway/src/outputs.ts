import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import type { Command, Outputs } from '@anshi/contracts';
import type { Logger } from 'pino';
import { type Driver, DriverError, isSameValue } from './drivers/driver.ts';

/** A device that does not go to its safe state is told again after so long, ms. */
const AGAIN_MS = 1_000;
/** A stop in order tries the safe state for so long, ms. */
const CLOSE_MS = 5_000;

export interface DeviceOutputsOptions {
  readonly driver: Driver;
  readonly safe: Outputs;
  readonly faultOutput: string | undefined;
  readonly log: Logger;
  /** What the device reads back, or what it does by itself, has changed. */
  readonly onChange: () => void;
  /** The outputs went to their safe state, and nothing else is asked for. */
  readonly onSafe: () => void;
  /** Milliseconds that no change of the clock touches. */
  readonly monotonic: () => number;
}

/**
 * The outputs of a device: switched one after the other, read back, and in their safe state when their
 * time is up, after each start, and where the device was not reached meanwhile.
 */
export class DeviceOutputs {
  readonly #options: DeviceOutputsOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #readBack: Outputs = {};
  /** When the safe state is due, in monotonic time: a clock that is set prolongs nothing. */
  #end: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isLost = false;
  #fault: Error | null = null;
  /** Sets that wait for their turn. */
  #asked = 0;
  #closing = false;

  constructor(options: DeviceOutputsOptions) {
    this.#options = options;
  }

  /** What was read back last. */
  get readBack(): Outputs {
    return this.#readBack;
  }
  /** How long until the outputs go to their safe state, ms; null where nothing has an end. */
  get remainingMs(): number | null {
    return this.#end === null ? null : Math.max(this.#end - this.#options.monotonic(), 0);
  }
  /** Why the device cannot be switched now; null where it can. */
  get fault(): string | null {
    return this.#fault?.message ?? null;
  }

  /**
   * Switches outputs and reads them back. Where that fails, the safe state follows.
   *
   * @param forMs null: until something else is asked for.
   * @throws DriverError
   */
  set(wanted: Outputs, forMs: number | null): Promise<Outputs> {
    const end = forMs === null ? null : this.#options.monotonic() + forMs;
    this.#asked++;
    return this.#inTurn(async () => {
      this.#asked--;
      if (this.#closing) throw new DriverError('output', 'the gateway stops');
      clearTimeout(this.#timer);
      try {
        // Before it is switched: a process that is killed now starts with the safe state.
        this.#end = end;
        await this.#write(wanted);
        this.#schedule();
        return this.#readBack;
      } catch (error) {
        // Part of it may be on, and nothing may stay on without an end.
        this.#end = this.#options.monotonic();
        this.#schedule(AGAIN_MS);
        throw error;
      }
    });
  }

  /** Goes to the safe state, and tries until the device is in it. @returns whether it is. */
  makeSafe(): Promise<boolean> {
    return this.#inTurn(() => this.#makeSafe());
  }

  async #makeSafe(): Promise<boolean> {
    clearTimeout(this.#timer);
    const { safe, log, monotonic, onChange, onSafe } = this.#options;
    const before = this.#fault;
    // Also where it is not reached: nothing of what was asked for is to go on.
    this.#end = monotonic();
    try {
      await this.#write(safe, safe);
      this.#end = null;
      onChange();
      return true;
    } catch (error) {
      if (before === null) log.error({ err: error }, 'a device is not in its safe state');
      this.#schedule(AGAIN_MS);
      return false;
    } finally {
      if (this.#asked === 0) onSafe();
    }
  }

  /** Shows whether the bus is lost, where the device has an output for it. */
  showLost(isLost: boolean): void {
    const { faultOutput } = this.#options;
    if (faultOutput === undefined || this.#isLost === isLost) return;
    this.#isLost = isLost;
    void this.#again();
  }

  /** @param mustBe what is to be read back. */
  async #write(wanted: Outputs, mustBe: Outputs = {}): Promise<void> {
    const { driver, faultOutput, log } = this.#options;
    const fault = faultOutput === undefined ? {} : { [faultOutput]: this.#isLost };
    try {
      await driver.write({ ...wanted, ...fault });
      const { [faultOutput ?? '']: _, ...readBack } = await driver.read();
      this.#readBack = readBack;
      for (const [name, value] of Object.entries(mustBe)) {
        if (isSameValue(readBack[name], value)) continue;
        const why = `"${name}" is ${String(readBack[name])} and is to be ${String(value)}`;
        throw new DriverError('output', why);
      }
      if (this.#fault !== null) log.info('the device is reached again');
      this.#fault = null;
    } catch (error) {
      if (this.#fault === null) log.error({ err: error }, 'the device cannot be switched');
      this.#fault = error as Error;
      throw error instanceof DriverError
        ? error
        : new DriverError('output', (error as Error).message);
    } finally {
      this.#options.onChange();
    }
  }

  #schedule(least = 0): void {
    clearTimeout(this.#timer);
    // A stop tries by itself.
    if (this.#closing) return;
    if (this.#end === null) {
      // Only the fault output is wrong.
      if (least > 0) this.#timer = setTimeout(() => void this.#again(), least).unref();
      return;
    }
    // Not longer than a timer can wait.
    const wait = Math.min(Math.max(this.#end - this.#options.monotonic(), least), 2 ** 30);
    this.#timer = setTimeout(() => void this.#onTime(), wait).unref();
  }

  get #isDue(): boolean {
    return this.#end !== null && this.#end <= this.#options.monotonic();
  }

  /** Writes the fault output, with the safe state where that is due. */
  async #again(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#closing) return;
      if (this.#isDue) await this.#makeSafe();
      else await this.#write({}).catch(() => this.#schedule(AGAIN_MS));
    });
  }

  /** Looks at the end in its turn: what waited before may have moved it. */
  async #onTime(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isDue) await this.#makeSafe();
      else this.#schedule();
    });
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#turn.catch(() => {}).then(work);
    this.#turn = turn;
    return turn;
  }

  /** Leaves the device in its safe state, as far as it is reached. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    const began = performance.now();
    while (!(await this.makeSafe()) && performance.now() - began < CLOSE_MS - AGAIN_MS) {
      await setTimeoutAsync(AGAIN_MS);
    }
    await this.#options.driver.close();
  }
}

/** What an action sets; null for one that a beacon does not have. */
export function wantedBy({ action, parameters }: Command, safe: Outputs): Outputs | null {
  const { light = 'off', sound = false } = parameters;
  if (action === 'test') return { light: 'flash', sound: true };
  if (action === 'signal') return { light, sound };
  return action === 'off' ? safe : null;
}
