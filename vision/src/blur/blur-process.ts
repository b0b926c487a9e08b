import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { clipBoxes } from '@anshi/contracts';
import { letHeapGrow } from '@anshi/contracts/heap-growth';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import sharp from 'sharp';
import { findFfmpeg } from '../capture/ffmpeg-tool.ts';
import { blurClip } from './blur-clip.ts';
import type { BlurAnswer, BlurJob, BlurSetup, ToBlurProcess } from './blur-messages.ts';
import { blurredJpeg, blurStill } from './blur-still.ts';
import { PeopleFinder } from './people-finder.ts';

/**
 * A third of the weight of another session. With the lowest one, a machine that is busy with other
 * programs would make no rendition at all.
 */
const SESSION_NICENESS = 5;

/*
 * Entry of the process that blurs faces. It is a process of its own, at a low priority with all of its
 * threads and with the ffmpeg that it starts, so that neither inference nor capture waits for it.
 */
keepFilesPrivate();
letHeapGrow();
yieldProcessor();
sharp.concurrency(1);
sharp.cache(false);

let setup: BlurSetup | undefined;
const finders = new Map<string, Promise<PeopleFinder>>();
const ffmpeg = findFfmpeg();
ffmpeg.catch(() => {});

function finderOf(model: string): Promise<PeopleFinder> {
  if (!setup) throw new Error('the blurring was not set up');
  const card = setup.cards.find(({ name }) => name === model) ?? setup.cards[0]!;
  const known = finders.get(card.name);
  if (known) return known;
  const loaded = PeopleFinder.load(card, setup.pose);
  finders.set(card.name, loaded);
  loaded.catch(() => finders.delete(card.name));
  return loaded;
}

async function make(job: BlurJob): Promise<{ heads: number; jpeg?: Uint8Array }> {
  const finder = await finderOf(job.model);
  if (job.of === 'still') return blurredJpeg(job.picture, job.boxes, finder);
  const { of, input, output, boxes, boxesFile } = job;
  if (of === 'snapshot') return blurStill({ input, output, boxes }, finder);
  const { major } = await ffmpeg;
  return blurClip({ input, output, boxes: await readBoxes(boxesFile), ffmpeg: major }, finder);
}

/** A file that is no observation of a clip is left out: people are looked for all the same. */
async function readBoxes(file: string | null) {
  if (file === null) return null;
  const read = clipBoxes.safeParse(JSON.parse(await readFile(file, 'utf8').catch(() => 'null')));
  return read.success ? read.data : null;
}

const answer = (message: BlurAnswer) => process.send?.(message);

let work: Promise<void> = Promise.resolve();
process.on('message', (message: ToBlurProcess) => {
  if (message.kind === 'setup') {
    setup = message.setup;
    return;
  }
  const { id, job } = message;
  work = work.then(async () => {
    const began = process.cpuUsage();
    try {
      const made = await make(job);
      const { user, system } = process.cpuUsage(began);
      answer({ id, made: { ...made, cpuSeconds: (user + system) / 1e6 } });
    } catch (error) {
      const { message: text, code } = error as NodeJS.ErrnoException;
      answer({ id, failed: { message: text, ...(code !== undefined && { code }) } });
    }
  });
});
// The worker is gone, even by kill -9.
process.on('disconnect', () => process.exit(0));

/**
 * Lowers the priority of its session where Linux shares the processor among sessions
 * (sched_autogroup): there the niceness of a process counts within its session only.
 */
function yieldProcessor(): void {
  try {
    writeFileSync('/proc/self/autogroup', String(SESSION_NICENESS));
  } catch {
    // Not Linux, or without autogroups: then the niceness counts.
  }
}
