import type { Outputs } from '@anshi/contracts';
import type { Logger } from 'pino';
import { type Driver, DriverError } from './drivers/driver.ts';

/** A device that does not go to its safe state is told again after so long, ms. */
const AGAIN_MS = 1_000;

export interface DeviceOutputsOptions {
  readonly driver: Driver;
  readonly safe: Outputs;
  readonly faultOutput: string | undefined;
  readonly log: Logger;
  /** What the device reads back, or what it does by itself, has changed. */
  readonly onChange: () => void;
  readonly now: () => number;
}

/**
 * The outputs of a device: switched one after the other, read back, and in their safe state when their
 * time is up, after each start, and where the device was not reached meanwhile.
 */
export class DeviceOutputs {
  readonly #options: DeviceOutputsOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #readBack: Outputs = {};
  #until: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isLost = false;
  #fault: Error | null = null;
  #closed = false;

  constructor(options: DeviceOutputsOptions) {
    this.#options = options;
  }

  /** What was read back last. */
  get readBack(): Outputs {
    return this.#readBack;
  }
  /** When the outputs go to their safe state, ms since the epoch. */
  get until(): number | null {
    return this.#until;
  }
  /** Why the device cannot be switched now; null where it can. */
  get fault(): string | null {
    return this.#fault?.message ?? null;
  }

  /**
   * Switches outputs and reads them back. Where that fails, the safe state follows.
   *
   * @param until ms since the epoch; null: until something else is asked for.
   * @throws DriverError
   */
  set(wanted: Outputs, until: number | null): Promise<Outputs> {
    return this.#inTurn(async () => {
      clearTimeout(this.#timer);
      try {
        // Before it is switched: a process that is killed now starts with the safe state.
        this.#until = until;
        await this.#write(wanted);
        this.#schedule();
        return this.#readBack;
      } catch (error) {
        // Part of it may be on, and nothing may stay on without an end.
        this.#until = this.#options.now();
        this.#schedule(AGAIN_MS);
        throw error;
      }
    });
  }

  /** Goes to the safe state, and tries until the device is in it. */
  makeSafe(): Promise<void> {
    return this.#inTurn(async () => {
      clearTimeout(this.#timer);
      const { safe, log } = this.#options;
      try {
        await this.#write(safe);
        this.#until = null;
      } catch (error) {
        if (this.#fault === null) log.error({ err: error }, 'a device is not in its safe state');
        this.#until ??= this.#options.now();
        this.#schedule(AGAIN_MS);
      }
    });
  }

  /** Shows whether the bus is lost, where the device has an output for it. */
  showLost(isLost: boolean): void {
    const { faultOutput } = this.#options;
    if (faultOutput === undefined || this.#isLost === isLost) return;
    this.#isLost = isLost;
    void this.#inTurn(async () => {
      await this.#write({}).catch(() => this.#schedule(AGAIN_MS));
    });
  }

  async #write(wanted: Outputs): Promise<void> {
    const { driver, faultOutput, log } = this.#options;
    const fault = faultOutput === undefined ? {} : { [faultOutput]: this.#isLost };
    try {
      await driver.write({ ...wanted, ...fault });
      const { [faultOutput ?? '']: _, ...readBack } = await driver.read();
      this.#readBack = readBack;
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
    if (this.#closed) return;
    if (this.#until === null) {
      // Only the fault output is wrong.
      if (least > 0) this.#timer = setTimeout(() => void this.#again(), least).unref();
      return;
    }
    // Not longer than a timer can wait.
    const wait = Math.min(Math.max(this.#until - this.#options.now(), least), 2 ** 30);
    this.#timer = setTimeout(() => void this.#onTime(), wait).unref();
  }

  #again(): Promise<void> {
    return this.#inTurn(() => this.#write({}).catch(() => this.#schedule(AGAIN_MS)));
  }

  async #onTime(): Promise<void> {
    if (this.#until !== null && this.#until > this.#options.now()) return this.#schedule();
    await this.makeSafe();
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#turn.catch(() => {}).then(work);
    this.#turn = turn;
    return turn;
  }

  /** Leaves the device in its safe state, as far as it is reached. */
  async close(): Promise<void> {
    await this.makeSafe();
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#options.driver.close();
  }
}
