import { setTimeout as sleep } from 'node:timers/promises';
import type { DelayLine } from './delay-line.ts';
import type { FaultWorld } from './fault-world.ts';
import type { Call } from './plant-users.ts';

/**
 * What happens in a soak. The API and the workers are not killed, so that their memory is that of the
 * whole time.
 */
export const SOAK_FAULTS = [
  'ffmpeg',
  'broker',
  'database',
  'gateway',
  'drop',
  'freeze',
  'delay',
] as const;
export type SoakFault = (typeof SOAK_FAULTS)[number];

export interface SoakRound {
  readonly name: string;
  /** Seconds until it was on record as an outage; null for never, left out where it need not be. */
  readonly noticed?: number | null;
  /** Seconds from its end until all was well; null where it was not in time. */
  readonly recovery: number | null;
}

interface Outage {
  fault: string;
  begunAt: string;
  foundAt: string;
  endedAt: string | null;
}

/** More than the 5 s from which a camera counts as delayed, less than the 8 s of a silence. */
const DELAY_MS = 6_500;
/** What is not noticed by then is not. */
const NOTICE_PATIENCE_MS = 60_000;
/** Times of the record and of this process. */
const CLOCKS_MS = 1_500;

export class SoakFaults {
  readonly #world: FaultWorld;
  readonly #line: DelayLine;
  readonly #maintainer: Call;
  readonly #delayed: string;

  /** @param delayed the camera that is watched over the line. */
  constructor(world: FaultWorld, line: DelayLine, maintainer: Call, delayed: string) {
    this.#world = world;
    this.#line = line;
    this.#maintainer = maintainer;
    this.#delayed = delayed;
  }

  /**
   * Makes a fault, waits until it is noticed where it has to be, ends it, and waits until all is well.
   *
   * @param which of several cameras, 0 to below 1.
   * @param patience seconds.
   */
  async run(kind: SoakFault, which: number, patience: number): Promise<SoakRound> {
    const cameras = this.#world.cameras;
    const { mount, config } = cameras[Math.floor(which * cameras.length)]!;
    const at = Date.now();
    switch (kind) {
      case 'drop':
        await this.#simulate(mount, 'drop');
        return { name: `${config.id} dropped`, recovery: await this.#recovery(at, patience) };
      case 'freeze': {
        await this.#simulate(mount, 'freeze');
        const noticed = await this.#noticed(config.id, 'offline', at);
        await this.#simulate(mount, 'thaw');
        const recovery = await this.#recovery(Date.now(), patience, config.id);
        return { name: `${config.id} frozen`, noticed, recovery };
      }
      case 'delay': {
        this.#line.delayMs = DELAY_MS;
        const noticed = await this.#noticed(this.#delayed, 'delayed', at);
        this.#line.delayMs = 0;
        const recovery = await this.#recovery(Date.now(), patience, this.#delayed);
        return { name: `${this.#delayed} delayed`, noticed, recovery };
      }
      default: {
        const name = await this.#world.inject({ kind, which });
        return { name: `${name} killed`, recovery: await this.#recovery(at, patience) };
      }
    }
  }

  async #simulate(mount: string, action: string): Promise<void> {
    const url = `${this.#world.plant.simulatorControlUrl}/mounts/${mount}/${action}`;
    const answer = await fetch(url, { method: 'POST' });
    if (!answer.ok) throw new Error(`${action} ${mount}: ${answer.status} ${await answer.text()}`);
  }

  /** Seconds from the fault until it was found, by the record. */
  async #noticed(camera: string, fault: string, since: number): Promise<number | null> {
    while (Date.now() < since + NOTICE_PATIENCE_MS) {
      const found = (await this.#outages(camera).catch(() => [])).find(
        (one) => one.fault === fault && Date.parse(one.foundAt) > since - CLOCKS_MS,
      );
      if (found) return (Date.parse(found.foundAt) - since) / 1000;
      await sleep(250);
    }
    return null;
  }

  async #outages(camera: string): Promise<Outage[]> {
    const path = `/device-outages?subject=${camera}`;
    return (await this.#maintainer<{ items: Outage[] }>('GET', path)).items;
  }

  /** Until all is well, and no outage of this camera is open any more. */
  async #recovery(since: number, patience: number, camera?: string): Promise<number | null> {
    const left = () => since + patience * 1000 - Date.now();
    const ill = await this.#world.wellAgain(since, left());
    let isOpen = camera !== undefined;
    while (camera !== undefined && isOpen && left() > 0) {
      const outages = await this.#outages(camera).catch(() => null);
      isOpen = outages === null || outages.some(({ endedAt }) => endedAt === null);
      if (isOpen) await sleep(250);
    }
    return ill.length === 0 && !isOpen ? (Date.now() - since) / 1000 : null;
  }
}
