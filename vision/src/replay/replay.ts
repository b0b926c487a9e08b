import type { CameraConfig, MachineReport, Observation } from '@anshi/contracts';
import { judge } from '../judge/judge.ts';
import { machinesAt } from '../judge/machines.ts';
import { emptyJudgeState, type JudgeState, judgeState } from '../judge/state.ts';
import type { Verdict } from '../judge/verdict.ts';
import { Placement } from './place.ts';
import { configOf, type RecordedItem } from './recorded-lines.ts';

/** The memory of a replay, as JSON: with it a later process goes on where this one was. */
export interface ReplayState {
  readonly judge: JudgeState;
  readonly machines: readonly [machine: string, reports: MachineReport[]][];
  /** The configuration that was recorded last, where that is followed. */
  readonly config: CameraConfig | null;
}

/** One observation, judged. */
export interface Judged {
  readonly at: number;
  readonly verdicts: readonly Verdict[];
  readonly state: JudgeState;
  readonly config: CameraConfig;
  readonly observation: Observation;
  /** By which people were placed. */
  readonly placement: Placement;
}

/**
 * Judges a recorded stream again. The same stream and the same configuration give the same verdicts, with
 * the same ids as when it was live; also over a saved state.
 */
export class Replay {
  readonly #given: CameraConfig | null;
  readonly #machines = new Map<string, MachineReport[]>();
  #config: CameraConfig | null;
  #placement: Placement | undefined;
  #state: JudgeState | undefined;

  /**
   * @param config by which it is judged; null: by the one that was recorded, as it changed.
   * @param saved by {@link state}.
   */
  constructor(config: CameraConfig | null, saved?: ReplayState) {
    this.#given = config;
    this.#config = config ?? saved?.config ?? null;
    if (!saved) return;
    this.#state = judgeState.parse(saved.judge);
    for (const [machine, reports] of saved.machines) this.#machines.set(machine, reports);
  }

  state(): ReplayState {
    const camera = this.#config?.id ?? '';
    return {
      judge: this.#state ?? emptyJudgeState(camera),
      machines: [...this.#machines],
      config: this.#given ? null : this.#config,
    };
  }

  /**
   * Takes the next item of the stream.
   *
   * @returns undefined for what is no observation.
   * @throws Error where a frame comes before any configuration is known.
   */
  take(item: RecordedItem): Judged | undefined {
    switch (item.kind) {
      case 'head':
        if (!this.#given) {
          this.#config = configOf(item.head);
          this.#placement = undefined;
        }
        return undefined;
      case 'machine':
        this.#machines.set(item.machine, item.reports);
        return undefined;
      case 'frame': {
        const { at, people, degraded } = item.frame;
        const config = this.#known();
        const placement = this.#place(config);
        const [width, height] = config.picture;
        return this.#judge(config, {
          camera: config.id,
          at: new Date(at).toISOString(),
          width,
          height,
          people: placement.people(people),
          parts: [],
          machines: machinesAt(config, this.#machines, at),
          ...(degraded && { degraded: true as const }),
        });
      }
      case 'observation': {
        const config = this.#known();
        return this.#judge(config, this.#place(config).observation(item.observation));
      }
    }
  }

  #known(): CameraConfig {
    if (this.#config) return this.#config;
    throw new Error('no configuration comes before it: name one');
  }

  #place(config: CameraConfig): Placement {
    this.#placement ??= new Placement(config);
    return this.#placement;
  }

  #judge(config: CameraConfig, observation: Observation): Judged {
    const before = this.#state ?? emptyJudgeState(config.id);
    const { state, verdicts } = judge(config, before, observation);
    this.#state = state;
    const placement = this.#place(config);
    return { at: Date.parse(observation.at), verdicts, state, config, observation, placement };
  }
}
