import { readFile } from 'node:fs/promises';
import { point, slug } from '@anshi/contracts';
import { z } from 'zod';

/** What a badge or a machine needs of a clip's truth; pictures' boxes and the like are left out. */
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
        workers: z.array(z.object({ id: slug, floor: point })),
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
 * @returns null where there is none: any other video may be mounted too.
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
  try {
    return clipTruth.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`the truth ${path} cannot be used: ${reason}`, { cause: error });
  }
}
