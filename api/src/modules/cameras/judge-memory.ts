import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { Transaction } from '../../platform/db/database.ts';

/** Limit of the inflated JSON, bytes; the same as of the worker that takes it over. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Whether an episode is open in the judge state that the holder of a camera sent last. True also for a state that cannot be
 * read.
 *
 * @param violation id of the episode's violation.
 */
export async function remembersEpisode(
  tx: Transaction,
  camera: string,
  violation: string,
): Promise<boolean> {
  const kept = await tx.cameraJudgeState.findFirst({
    where: { camera },
    select: { state: true },
  });
  if (!kept) return false;
  try {
    const json = await promisify(inflate)(kept.state, { maxOutputLength: MOST_BYTES });
    return json.includes(violation);
  } catch {
    return true;
  }
}
