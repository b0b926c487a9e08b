/**
 * Faces left in blurred pictures, and helmets that can still be judged in them.
 *
 *   npm run -s bench -- blur [--data DIR] [--sets css/val,esp/val] [--most 300] [--model NAME|FOLDER]
 *
 * Without --data the clips of the simulator are blurred as the worker does it, and the truth of the
 * scene says where heads are. With --data each picture of DIR/SET/images is blurred as a snapshot; the
 * labels are those of `bench ppe` (DIR/SET/labels, DIR/dataset.json), of the classes helmet and head.
 *
 * A head is *readable* where less than half of its face is painted over. The face is the part of the
 * labelled box below the crown, which is left for the helmet: from 45 % of its height down. Sets box the
 * whole head, or the hat alone; of a box that is wide for its height the face is taken below the hat, too,
 * from 85 to 145 % of the height, and the head is readable where both are. Painted regions hold means of
 * patches (`patches.ts`). Counted are heads of 20 px and more.
 *
 * A helmet is judged *as on the original* where the detector, looking as in the worker, says the same of
 * the labelled head: helmet, or bare. Heads of which it says nothing on the original are not counted; one
 * of which it says nothing any more is a difference.
 *
 * Targets: left readable <= 0.5 %, judged as on the original >= 95 %.
 *
 * Figures:
 *   heads, readable, readableShare   labelled heads of 20 px and more, those left readable, and their share
 *   judged, judgedSame, judgedShare  heads with a helmet or a bare head on the original, the same blurred
 *   SET.readableShare, SET.judgedShare  of one set or clip
 *   painted            share of the pixels that were painted
 *   pictures           pictures, or frames of clips
 *   cpuMs              CPU time of a picture, or of a second of clip, ffmpeg's included
 */
import { parseArgs } from 'node:util';
import { benched } from '@anshi/contracts/model-digest';
import { ModelCardError } from '../src/detect/model-card.ts';
import { LabelError } from '../src/evaluate/label-error.ts';
import { blurClips } from './blur-clips.ts';
import { type BlurScore, BlurTally } from './blur-score.ts';
import { blurSets } from './blur-sets.ts';
import { findModel, rounded, wherever } from './ppe-parts.ts';

const READABLE = 0.005;
const JUDGED = 0.95;

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        data: { type: 'string' },
        sets: { type: 'string' },
        most: { type: 'string', default: '300' },
        model: { type: 'string', default: 'ppe' },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

async function scores(): Promise<{
  card: ReturnType<typeof findModel>;
  parts: Map<string, BlurScore>;
}> {
  const values = readArguments();
  const most = Number(values.most);
  if (!Number.isInteger(most) || most < 1) {
    refuse(`--most must be a whole number above 0, not "${values.most}"`);
  }
  const card = findModel(values.model);
  if (values.data === undefined) return { card, parts: await blurClips(card) };
  const names = values.sets?.split(',').map((name) => name.trim());
  return { card, parts: await blurSets(card, wherever(values.data), names?.filter(Boolean), most) };
}

try {
  const { card, parts } = await scores();
  const total = new BlurTally();
  const figures: Record<string, number> = {};
  for (const [name, score] of parts) {
    total.add(score);
    const { readableShare, judgedShare } = new BlurTally(score).figures;
    if (readableShare !== undefined) figures[`${name}.readableShare`] = readableShare;
    if (judgedShare !== undefined) figures[`${name}.judgedShare`] = judgedShare;
  }
  Object.assign(figures, total.figures);
  const { readableShare = 1, judgedShare = 0 } = total.figures;
  const ok = readableShare <= READABLE && judgedShare >= JUDGED;
  console.log(
    JSON.stringify(
      rounded({
        bench: 'blur',
        ok,
        figures,
        ratio: judgedShare / JUDGED,
        against: `heads of 20 px and more left readable <= ${READABLE * 100} %, helmets judged as on the original >= ${JUDGED * 100} %`,
        model: benched(card),
      }),
    ),
  );
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  if (error instanceof LabelError || error instanceof ModelCardError) refuse(error.message);
  throw error;
}
