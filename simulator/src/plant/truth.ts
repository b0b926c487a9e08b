import { readFile } from 'node:fs/promises';
import { point, slug } from '@anshi/contracts';
import { z } from 'zod';

/** A scene names its workers W1, W2 and so on. */
const workerId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,55}$/, 'must be a short name');

/** The parts of a clip's truth for badges and machines; boxes and the like are left out. */
const clipTruth = z.object({
  clip: z.string(),
  fps: z.number().positive(),
  duration: z.number().positive(),
  floorPlan: slug,
  machines: z.array(z.object({ id: slug, cell: z.array(point).min(3) })),
  lines: z.array(z.object({ id: slug, from: point, to: point })),
  frames: z
    .array(
      z.object({
        t: z.number().nonnegative(),
        workers: z.array(z.object({ id: workerId, floor: point })),
      }),
    )
    .min(1),
});
export type ClipTruth = z.infer<typeof clipTruth>;

/** The truth of `clips/NAME.mp4` is `clips/NAME.truth.json`. */
export const truthPathOf = (file: string): string => file.replace(/\.[^./\\]+$/, '.truth.json');

/**
 * Reads the truth beside a clip.
 *
 * @returns null where there is none: other videos may be mounted, too.
 * @throws Error that names the file and what is wrong in it.
 */
export async function readTruth(file: string): Promise<ClipTruth | null> {
  const path = truthPathOf(file);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`the truth ${path} is not JSON`, { cause: error });
  }
  const result = clipTruth.safeParse(json);
  if (result.success) return result.data;
  // An error of a scene repeats in each frame; the first ones suffice.
  const { issues } = result.error;
  const first = issues.slice(0, 3).map(({ path: at, message }) => `${at.join('.')}: ${message}`);
  const more = issues.length > first.length ? ` (and ${issues.length - first.length} more)` : '';
  throw new Error(`the truth ${path} cannot be used: ${first.join('; ')}${more}`);
}
