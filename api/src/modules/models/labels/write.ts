import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { perceptualHash } from '../../../platform/files/perceptual-hash.ts';
import type { ContentStore } from '../../../platform/store/content.ts';
import type { ModelSettings } from '../settings.ts';
import { drawLesson } from './picture.ts';
import { readMe } from './read-me.ts';
import type { Candidate } from './select.ts';
import { weekOf } from './split.ts';
import { CLASSES, lessonOf, SETS, type SetName, type Skipped } from './verdict.ts';

/** Pictures of one camera within this Hamming distance are duplicates. */
const ALIKE_BITS = 3;

/** The content of a set, and the reasons for excluded verdicts. */
export const labelCounts = z
  .object({
    verdicts: z.number().int(),
    pictures: z.number().int(),
    images: z
      .record(z.string(), z.number().int())
      .describe('By set and side, such as helmet/train.'),
    boxes: z.record(z.string(), z.record(z.string(), z.number().int())),
    skipped: z.record(z.string(), z.number().int()).describe('By reason.'),
    blurred: z.number().int().describe('Pictures in which a face was made unknowable.'),
  })
  .meta({ id: 'ModelLabelCounts' });
export type LabelCounts = z.infer<typeof labelCounts>;

/**
 * Writes a labelled set in the format of the recipe and of `bench ppe`: `<set>/{train,val}/{images,
 * labels}` and `dataset.json`; beside it `manifest.jsonl` says for each picture which verdict it is
 * from, where the judged person is (not cut at the picture: the classifier's crops are made of the whole box) and what
 * the reviewer said of the item. The same verdicts give the same bytes.
 *
 * @param folder is created, and must be empty.
 * @throws Error where it is not.
 */
export async function writeLabels(
  folder: string,
  candidates: readonly Candidate[],
  options: {
    store: Pick<ContentStore, 'read' | 'size'>;
    tenant: string;
    settings: Pick<ModelSettings, 'faces'>;
  },
): Promise<LabelCounts> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new Error(`${folder} is not empty: name another`);
  const counts = emptyCounts(candidates.length);
  for (const place of Object.keys(counts.images)) {
    await mkdir(join(folder, place, 'images'), { recursive: true });
    await mkdir(join(folder, place, 'labels'), { recursive: true });
  }
  const seen = new Map<string, string[]>();
  const manifest: string[] = [];
  const skip = (why: Skipped) => {
    counts.skipped[why] = (counts.skipped[why] ?? 0) + 1;
  };
  for (const one of candidates) {
    const lesson = lessonOf(one);
    if (typeof lesson === 'string') {
      skip(lesson);
      continue;
    }
    // People in violations are not identified: the site's rule for unknown people applies to all.
    if (options.settings.faces[one.site] === 'left-out' && lesson.faces.length > 0) {
      skip('left-out');
      continue;
    }
    // A single refusal at the site counts, because pictures do not identify people.
    if (one.refused && lesson.faces.length > 0) {
      skip('refused');
      continue;
    }
    const snapshot = await readSnapshot(options, one.snapshotSha256);
    if (!snapshot) {
      skip('no-picture');
      continue;
    }
    const drawn = await drawLesson(snapshot, lesson, one, { blurFaces: true }).catch(() => null);
    if (!drawn) {
      skip('no-picture');
      continue;
    }
    const classes = drawn.labels.map(({ label }) => label).join(' ');
    const hash = await perceptualHash(drawn.jpeg);
    const like = seen.get(`${one.camera} ${lesson.set} ${classes}`) ?? [];
    if (hash === null || like.some((other) => bitsApart(hash, other) <= ALIKE_BITS)) {
      skip('alike');
      continue;
    }
    seen.set(`${one.camera} ${lesson.set} ${classes}`, [...like, hash]);
    const place = `${lesson.set}/${one.side}`;
    const name = one.id.toLowerCase();
    await writeFile(join(folder, place, 'images', `${name}.jpg`), drawn.jpeg);
    await writeFile(
      join(folder, place, 'labels', `${name}.txt`),
      drawn.labels.map(lineOf).join(''),
    );
    tally(counts, place, drawn.labels, lesson.faces.length > 0);
    manifest.push(
      JSON.stringify({
        picture: `${place}/images/${name}.jpg`,
        violation: one.id,
        rule: one.rule,
        camera: one.camera,
        week: weekOf(one.startedAt),
        status: one.status,
        reason: one.reason,
        model: one.model,
        crop: lesson.crop,
        person: drawn.person.map((side) => Number(side.toFixed(5))),
        isPerson: one.reason !== 'not-a-person',
        ...(lesson.state ? { [lesson.state.item]: lesson.state.is } : {}),
        faces: lesson.faces.length > 0 ? 'blurred' : 'none',
      }),
    );
  }
  const { images, boxes } = counts;
  const dataset = { classes: CLASSES, labelled: SETS, images, boxes };
  await writeFile(join(folder, 'dataset.json'), `${JSON.stringify(dataset, null, 1)}\n`);
  await writeFile(join(folder, 'manifest.jsonl'), manifest.map((line) => `${line}\n`).join(''));
  await writeFile(join(folder, 'README.md'), readMe(counts));
  return counts;
}

const places = (Object.keys(SETS) as SetName[]).flatMap((set) => [`${set}/train`, `${set}/val`]);

function emptyCounts(verdicts: number): LabelCounts {
  return {
    verdicts,
    pictures: 0,
    blurred: 0,
    skipped: {},
    images: Object.fromEntries(places.map((place) => [place, 0])),
    boxes: Object.fromEntries(places.map((place) => [place, {}])),
  };
}

function tally(
  counts: LabelCounts,
  place: string,
  labels: readonly { label: string }[],
  blurred: boolean,
): void {
  counts.pictures++;
  if (blurred) counts.blurred++;
  counts.images[place] = (counts.images[place] ?? 0) + 1;
  const boxes = counts.boxes[place] ?? {};
  for (const { label } of labels) boxes[label] = (boxes[label] ?? 0) + 1;
  counts.boxes[place] = boxes;
}

/** Null where it was removed at the end of its term. */
async function readSnapshot(
  { store, tenant }: { store: Pick<ContentStore, 'read' | 'size'>; tenant: string },
  sha256: string,
): Promise<Buffer | null> {
  if ((await store.size(tenant, sha256)) === null) return null;
  return buffer(store.read(tenant, sha256));
}

function lineOf({ label, box }: { label: string; box: readonly number[] }): string {
  const id = (CLASSES as readonly string[]).indexOf(label);
  return `${id} ${box.map((value) => value.toFixed(5)).join(' ')}\n`;
}

function bitsApart(a: string, b: string): number {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits > 0n; bits &= bits - 1n) count++;
  return count;
}
