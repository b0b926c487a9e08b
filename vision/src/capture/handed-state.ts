import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { type CameraConfig, JUDGE_STATE_MOST } from '@anshi/contracts';
import { z } from 'zod';
import { endEpisodes } from '../judge/end-episodes.ts';
import { type JudgeState, judgeState } from '../judge/state.ts';
import type { EndedVerdict } from '../judge/verdict.ts';

/** A memory that is older is of no use: people have moved on, ms. */
const OLDEST_MS = 30_000;
/** Of the JSON; a larger one is not what a worker sends. */
const MOST_BYTES = 8 * 1024 * 1024;

const handed = z.object({ config: z.string(), state: judgeState });

/** What the API gave with a grant. */
export interface GivenMemory {
  readonly state: string;
  /** How old it was. */
  readonly ageMs: number;
  /** When that was said, by the monotonic clock of this process. */
  readonly heardAt: number;
}

/** Names what the memory of the judge depends on: the same camera, drawn and judged the same way. */
export function judgedBy(config: CameraConfig): string {
  const { id, picture, calibration, zones, lines, rules, model } = config;
  const judged = JSON.stringify([id, picture, calibration ?? null, zones, lines, rules, model]);
  return createHash('sha256').update(judged).digest('hex').slice(0, 32);
}

/**
 * Packs what the judge knows for the next worker. What is too large goes without the last seconds of joints, which the
 * next worker has seen again after three seconds.
 *
 * @returns null where it is too large even so: then episodes are ended by their next sight.
 */
export async function packState(config: CameraConfig, state: JudgeState): Promise<string | null> {
  const whole = await packed(config, state);
  if (whole.length <= JUDGE_STATE_MOST) return whole;
  const actors = state.actors.map((one) => ({
    ...one,
    body: one.body && { ...one.body, poseSamples: [] },
  }));
  const less = await packed(config, { ...state, actors });
  return less.length > JUDGE_STATE_MOST ? null : less;
}

async function packed(config: CameraConfig, state: JudgeState): Promise<string> {
  const text = JSON.stringify({ config: judgedBy(config), state });
  return (await promisify(deflate)(text)).toString('base64');
}

/** With what a camera is opened. */
export interface OpeningState {
  /** Left out where there is none. */
  readonly state: unknown;
  /** The end of episodes with which this worker cannot go on. */
  readonly ended: readonly EndedVerdict[];
  /** Why a memory was dropped; null where none was. */
  readonly dropped: string | null;
}

/** Takes over what another worker remembers of a camera. */
export async function takeOver(config: CameraConfig, given: GivenMemory): Promise<OpeningState> {
  const age = given.ageMs + performance.now() - given.heardAt;
  const nothing = { state: undefined, ended: [] };
  let read: z.infer<typeof handed>;
  try {
    const bytes = await promisify(inflate)(Buffer.from(given.state, 'base64'), {
      maxOutputLength: MOST_BYTES,
    });
    read = handed.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    return { ...nothing, dropped: `it cannot be read: ${(error as Error).name}` };
  }
  if (read.state.camera !== config.id) {
    return { ...nothing, dropped: `it is of the camera "${read.state.camera}"` };
  }
  const why =
    age > OLDEST_MS
      ? `it is ${Math.round(age / 1000)} s old`
      : read.config === judgedBy(config)
        ? null
        : 'the camera is configured otherwise by now';
  if (why === null) return { state: read.state, ended: [], dropped: null };
  return { state: undefined, ended: endEpisodes(read.state).verdicts, dropped: why };
}
