import { readdirSync } from 'node:fs';
import { parse } from 'node:path';
import type { Logger } from 'pino';
import { endEpisodes } from '../judge/end-episodes.ts';
import { judgeState } from '../judge/state.ts';
import type { CameraStates } from '../publish/camera-states.ts';
import type { Outbox } from '../publish/outbox.ts';
import type { Recorder } from './recorder.ts';

export interface UnconfiguredOptions {
  /** Holds the state files, one a camera. */
  readonly stateFolder: string;
  readonly states: CameraStates;
  readonly outbox: Pick<Outbox, 'entries'>;
  readonly recorder: Recorder;
  readonly log: Logger;
}

/**
 * Ends the open episodes of cameras that were removed from the configuration while no worker ran:
 * otherwise they would never end. Call it before any other camera is opened.
 *
 * @param configured names of the configured cameras.
 */
export function endUnconfigured(
  configured: readonly string[],
  { stateFolder, states, outbox, recorder, log }: UnconfiguredOptions,
): void {
  const files = readdirSync(stateFolder).filter((name) => name.endsWith('.json'));
  const known = new Set([
    ...files.map((file) => parse(file).name),
    ...outbox.entries.flatMap(({ state }) => (state ? [state.camera] : [])),
  ]);
  for (const camera of known) {
    if (configured.includes(camera)) continue;
    const saved = judgeState.safeParse(states.restore(camera, outbox.entries));
    if (!saved.success) continue;
    const { state, verdicts } = endEpisodes(saved.data);
    if (verdicts.length === 0) continue;
    recorder.recordEnded(camera, verdicts, state).then(
      () => log.info({ camera, ended: verdicts.length }, 'open records of a removed camera ended'),
      (err: unknown) => log.error({ camera, err }, 'open records could not be ended'),
    );
  }
}
