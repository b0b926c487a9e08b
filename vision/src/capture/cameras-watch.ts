import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type CamerasFile, readCamerasFile } from '@anshi/contracts';

const DEBOUNCE_MS = 200;
/** Polling interval, for file systems without change events (network shares, a replaced folder). */
const POLL_MS = 5000;

export interface CamerasWatchEvents {
  changed(file: CamerasFile): void;
  /**
   * What is wrong with the file, or null when it is valid again. The last valid one stays in use.
   */
  problem(message: string | null): void;
}

/** Reads cameras.yaml, and again on each change. */
export class CamerasWatch {
  readonly #path: string;
  readonly #isKnownModel: (model: string) => boolean;
  readonly #events: CamerasWatchEvents;
  #text: string | undefined;
  #debounce: NodeJS.Timeout | undefined;
  #stop: () => void = () => {};
  #reading: Promise<void> = Promise.resolve();

  constructor(path: string, isKnownModel: (model: string) => boolean, events: CamerasWatchEvents) {
    this.#path = resolve(path);
    this.#isKnownModel = isKnownModel;
    this.#events = events;
  }

  /** Reads the file once, then watches it. A missing or invalid file is reported as a problem. */
  async start(): Promise<void> {
    await this.#read();
    const again = () => {
      clearTimeout(this.#debounce);
      this.#debounce = setTimeout(() => {
        this.#reading = this.#reading.then(() => this.#read());
      }, DEBOUNCE_MS);
    };
    const name = basename(this.#path);
    // The folder, not the file: editors write a new file and rename it over the old one.
    const watcher = watch(dirname(this.#path), (_event, changed) => {
      if (changed === null || changed === name) again();
    });
    watcher.on('error', () => watcher.close());
    const poll = setInterval(again, POLL_MS);
    this.#stop = () => {
      watcher.close();
      clearInterval(poll);
    };
  }

  async close(): Promise<void> {
    this.#stop();
    clearTimeout(this.#debounce);
    await this.#reading;
  }

  async #read(): Promise<void> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      this.#text = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      this.#events.problem(`${this.#path} cannot be read: ${reason}`);
      return;
    }
    if (text === this.#text) return;
    this.#text = text;
    try {
      const file = readCamerasFile(text, this.#path, this.#isKnownModel);
      this.#events.problem(null);
      this.#events.changed(file);
    } catch (error) {
      this.#events.problem(error instanceof Error ? error.message : String(error));
    }
  }
}
