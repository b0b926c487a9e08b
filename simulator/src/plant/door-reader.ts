import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import { askGate, type DoorGate, type Turn } from './gate-config.ts';
import { truckAtBarrier } from './vehicles.ts';

/** The keeper of the store goes in; the forklift, which is not listed for the area, is refused. */
const IN: readonly Turn[] = [
  { after: 45, card: 'badge-a2' },
  { after: 75, card: 'vehicle-fl-01' },
];
/** The keeper goes out again. */
const OUT: readonly Turn[] = [{ after: 105, card: 'badge-a2' }];

/** The cards of a door in one round, and how long a round takes, seconds. The truck comes to a barrier as its route says. */
function turnsAt(door: string, everySeconds: number): { turns: readonly Turn[]; round: number } {
  if (door.endsWith('-barrier')) {
    const { tag, after, round } = truckAtBarrier();
    return { turns: [{ after, card: tag }], round };
  }
  return { turns: door.endsWith('-exit') ? OUT : IN, round: everySeconds };
}

export interface DoorReaderOptions {
  /** Of the API. */
  readonly apiUrl: string;
  /** It shows cards in rounds of so many seconds, but at a barrier in those of the truck; 0: none. */
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
  readonly #round: number;
  #turn = 0;

  constructor(config: DoorGate, options: DoorReaderOptions) {
    this.#config = config;
    this.#options = options;
    this.#began = options.clock.elapsed();
    const { turns, round } = turnsAt(config.name, options.everySeconds);
    this.#turns = turns;
    this.#round = round;
  }

  due(): number {
    if (this.#options.everySeconds === 0) return Number.POSITIVE_INFINITY;
    const rounds = Math.floor(this.#turn / this.#turns.length);
    return this.#began + rounds * this.#round + this.#next.after;
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
