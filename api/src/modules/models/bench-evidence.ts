import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Files, StoredFile } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';

/** Maximum size of a result: a bench prints a few hundred kilobytes at most. */
const MOST_BYTES = 5 * 1024 * 1024;

const benchResult = z.looseObject({
  bench: z.string().min(1).max(64),
  ok: z.boolean(),
  figures: z.record(z.string(), z.number()),
  model: z.looseObject({ name: z.string(), version: z.string(), sha256: z.string() }),
});
type BenchResult = z.infer<typeof benchResult>;

/**
 * Finds bench results for these weights among the files. The result is the last line of the output.
 *
 * A result that missed its target counts, too: a version may be better than the previous one and
 * still below the target. Its activation requires a reason.
 *
 * @param given.missedReason reason for the activation despite a missed target.
 * @returns that reason where it was needed, null where every bench met its target.
 * @throws Problem `model.evidence` with the fault of each file, `model.bench-missed` where the
 *   reason is required and missing.
 */
export async function requireBench(
  files: Pick<Files, 'read'>,
  tenant: string,
  handed: readonly StoredFile[],
  version: { name: string; version: string; weightsSha256: string },
  given: { missedReason?: string | undefined },
): Promise<string | null> {
  const wrong: string[] = [];
  const missed: string[] = [];
  let found = 0;
  for (const file of handed) {
    const read = file.bytes > MOST_BYTES ? null : readBench(await text(files.read(tenant, file)));
    if (!read) wrong.push(`${file.name} is no result of a bench.`);
    else if (read.model.sha256 !== version.weightsSha256) {
      wrong.push(
        `${file.name} is about ${read.model.name} ${read.model.version} (${read.model.sha256.slice(0, 12)}…), not ${version.name} ${version.version} (${version.weightsSha256.slice(0, 12)}…).`,
      );
    } else {
      found++;
      if (!read.ok) missed.push(`${file.name}: the bench "${read.bench}" missed its target.`);
    }
  }
  if (found === 0) {
    throw new Problem('model.evidence', wrong.length > 0 ? wrong.join(' ') : undefined);
  }
  if (missed.length === 0) return null;
  const reason = given.missedReason?.trim();
  if (!reason) {
    throw new Problem(
      'model.bench-missed',
      `${missed.join(' ')} Say in missedReason why ${version.name} ${version.version} is put to use all the same.`,
      {
        errors: [
          fieldError(
            'missedReason',
            '请说明为何仍要启用。',
            'Say why it is put to use all the same.',
          ),
        ],
      },
    );
  }
  return reason;
}

/** @returns null where the text does not end with such a result. */
export function readBench(content: string): BenchResult | null {
  const whole = content.replace(/^\ufeff/, '').trim();
  for (const part of [whole, whole.split('\n').at(-1) ?? '']) {
    try {
      const result = benchResult.safeParse(JSON.parse(part));
      if (result.success) return result.data;
    } catch {
      // The next part may be it.
    }
  }
  return null;
}
