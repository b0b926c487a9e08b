import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { blurPicture } from '../src/blur/blur-still.ts';
import { PeopleFinder } from '../src/blur/people-finder.ts';
import { foundLabels } from '../src/detect/card/ppe.ts';
import { loadPoseCard, type PoseCard, type PpeCard } from '../src/detect/model-card.ts';
import { ModelRunner } from '../src/detect/model-runner.ts';
import type { PlanarPicture } from '../src/detect/prepare.ts';
import { LabelError } from '../src/evaluate/label-error.ts';
import { labelsInPixels, readLabelledSet } from '../src/evaluate/labelled-set.ts';
import { readStillPicture } from '../src/evaluate/still-picture.ts';
import { type BlurScore, noScore, scorePicture } from './blur-score.ts';

const models = join(import.meta.dirname, '../../models');
const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** Looks at a picture as the worker does at a camera that shows it for some seconds. */
export async function lookAsWorker(runner: ModelRunner, picture: PlanarPicture) {
  const options = {
    search: 'all',
    regionBudget: EVERYTHING,
    regionPixels: EVERYTHING,
    judged: [],
  } as const;
  return (await runner.detect(picture, 0, options)).detections;
}

/** The pose model where it is there: its weights are made by set-up. */
export function poseCard(): PoseCard | null {
  try {
    return loadPoseCard(join(models, 'pose'), join(models, '../.anshi/models'));
  } catch {
    return null;
  }
}

/**
 * Blurs the pictures of labelled sets.
 *
 * @param asked the sets; left out, every folder with images.
 * @param most pictures of each set, evenly spread.
 * @throws LabelError where there is none, or one cannot be read.
 */
export async function blurSets(
  card: PpeCard,
  data: string,
  asked: readonly string[] | undefined,
  most: number,
): Promise<Map<string, BlurScore>> {
  const names = asked?.length ? asked : setsIn(data);
  if (names.length === 0) {
    throw new LabelError(`${data}: there is no set; a set has its pictures in images/`);
  }
  const finder = await PeopleFinder.load(card, poseCard());
  const runner = await ModelRunner.load(card, (work) => work());
  const scores = new Map<string, BlurScore>();
  for (const name of names) {
    const wanted = foundLabels(card).filter((label) => label === 'helmet' || label === 'head');
    const { pictures } = readLabelledSet(data, name, wanted);
    const step = Math.max(1, pictures.length / most);
    const score = noScore();
    for (let at = 0; at < pictures.length; at += step) {
      const { file, labels } = pictures[Math.floor(at)]!;
      const original = await readStillPicture(file);
      const { width, height } = original;
      if (width < 16 || height < 16) continue;
      const heads = labelsInPixels(labels, width, height).filter(
        ({ label }) => label === 'helmet' || label === 'head',
      );
      const before = await lookAsWorker(runner, original);
      const began = process.cpuUsage();
      const { picture, painted } = await blurPicture(copyOf(original), [], finder);
      const { user, system } = process.cpuUsage(began);
      score.cpuMs += (user + system) / 1000;
      const after = await lookAsWorker(runner, picture);
      scorePicture(score, card, { width, height, heads, painted, before, after });
    }
    scores.set(name, score);
    process.stderr.write(
      `${name}: ${score.pictures} pictures, ${score.readable} of ${score.heads} heads readable, ${score.judgedSame} of ${score.judged} judged the same\n`,
    );
  }
  await finder.close();
  await runner.close();
  return scores;
}

/** Every folder that has pictures, itself included. */
function setsIn(data: string): string[] {
  const found: string[] = [];
  const look = (folder: string, depth: number) => {
    if (existsSync(join(folder, 'images'))) found.push(relative(data, folder) || '.');
    else if (depth > 0) {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.isDirectory()) look(join(folder, entry.name), depth - 1);
      }
    }
  };
  if (existsSync(data)) look(data, 3);
  return found.sort();
}

function copyOf({ width, height, pixels }: PlanarPicture): PlanarPicture {
  const copy = new SharedArrayBuffer(pixels.byteLength);
  new Uint8Array(copy).set(new Uint8Array(pixels));
  return { width, height, pixels: copy };
}
