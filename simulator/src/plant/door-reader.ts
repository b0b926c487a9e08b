import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import { askGate, type DoorGate, type Turn } from './gate-config.ts';

/** The keeper of the store goes in; the forklift, which is not listed for the area, is refused. */
const IN: readonly Turn[] = [
  { after: 45, card: 'badge-a2' },
  { after: 75, card: 'vehicle-fl-01' },
];
/** The keeper goes out again. */
const OUT: readonly Turn[] = [{ after: 105, card: 'badge-a2' }];

export interface DoorReaderOptions {
  /** Of the API. */
  readonly apiUrl: string;
  /** It shows cards in rounds of so many seconds; 0: none. */
  readonly everySeconds: number;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly log: Logger;
}

/** A reader at a door that shows cards to the API in rounds; there is no door to be seen. */
export class DoorReader implements Task {
  readonly #config: DoorGate;
  readonly #options: DoorReaderOptions;
  readonly #began: number;
  readonly #turns: readonly Turn[];
  #turn = 0;

  constructor(config: DoorGate, options: DoorReaderOptions) {
    this.#config = config;
    this.#options = options;
    this.#began = options.clock.elapsed();
    this.#turns = config.name.endsWith('-exit') ? OUT : IN;
  }

  due(): number {
    const { everySeconds } = this.#options;
    if (everySeconds === 0) return Number.POSITIVE_INFINITY;
    const round = Math.floor(this.#turn / this.#turns.length);
    return this.#began + round * everySeconds + this.#next.after;
  }

  run(): void {
    const { apiUrl, log } = this.#options;
    const { card } = this.#next;
    const count = ++this.#turn;
    void askGate(this.#config, { apiUrl, card, count, log });
  }

  get #next(): Turn {
    return this.#turns[this.#turn % this.#turns.length] as Turn;
  }
}
