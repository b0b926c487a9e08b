import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { Transaction } from '../../platform/db/database.ts';

/** Of the JSON; a worker refuses larger ones, too. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Whether the memory of the judge of a camera, as its holder gave it last, has an episode open. One that cannot be read
 * may have it.
 *
 * @param violation the id of its record.
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
