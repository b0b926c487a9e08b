import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ClipBoxes, clipBoxes } from '@anshi/contracts';
import type { TestFile } from '../../../api/src/testing/worker.ts';
import { encodeAsCamera } from '../clips.ts';

const execute = promisify(execFile);
/** As long as the clips of a worker, seconds. */
export const CLIP_SECONDS = 15;
const BOX_FPS = 5;
/** Limit for a clip of 15 s, ms. */
const FFMPEG_WITHIN_MS = 120_000;
const PERSON: ClipBoxes['frames'][number]['boxes'][number]['box'] = [560, 240, 640, 460];

/** The label of a clip as a square in its corner, pixels of 1280x720: white for a violation, black for none. */
const MARK = { at: 24, size: 72 } as const;

/** The label that the rendered clip with this number gets: three of five show a violation. */
const isViolation = (n: number): boolean => n % 5 !== 1 && n % 5 !== 4;

/** A source clip and its label. */
export interface LabelledClip {
  readonly file: string;
  readonly isViolation: boolean;
  /** Where the evidence begins, s. */
  readonly from: number;
}

/** @param count so many pieces of the clips; each clip again where there are fewer, 2 s later. */
export const labelledClips = (clips: readonly string[], count: number): LabelledClip[] =>
  Array.from({ length: count }, (_, n) => ({
    file: clips[n % clips.length] as string,
    isViolation: isViolation(n),
    from: 2 * Math.floor(n / clips.length),
  }));

/** The evidence of one finding, with the renditions that readers get. */
export interface Evidence {
  readonly snapshot: TestFile;
  readonly snapshotShown: TestFile;
  readonly clip: TestFile;
  readonly clipShown: TestFile;
  readonly boxes: TestFile;
}

const ffmpeg = (...args: string[]) =>
  execute('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args], {
    timeout: FFMPEG_WITHIN_MS,
  });

/** A file as a worker sends it. */
export function fileOfBytes(bytes: Buffer, mediaType: TestFile['mediaType']): TestFile {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), mediaType };
}

/**
 * Clips and pictures of the size and rate of a camera, cut from rendered clips. The renditions show the same as the
 * originals: that faces are blurred in them changes neither their size nor the time that it takes to show them.
 */
export async function makeEvidence(
  clips: readonly LabelledClip[],
  folder: string,
): Promise<Evidence[]> {
  const made: Evidence[] = [];
  for (const [n, source] of clips.entries()) {
    const [clip, shown, picture, shownPicture] = ['c.mp4', 's.mp4', 'c.jpg', 's.jpg'].map((end) =>
      join(folder, `${n}${end}`),
    ) as [string, string, string, string];
    const cut = join(folder, `${n}cut.mp4`);
    const square = `x=${MARK.at}:y=${MARK.at}:w=${MARK.size}:h=${MARK.size}`;
    // The square has its place in pictures of 1280x720.
    const mark = `scale=1280:720,drawbox=${square}:color=${source.isViolation ? 'white' : 'black'}:t=fill`;
    const as = ['-t', `${CLIP_SECONDS}`, '-an', '-vf', mark, '-c:v', 'libx264'];
    // A clip that is shorter is shown again from its begin.
    const cutOf = ['-stream_loop', '-1', '-ss', String(source.from), '-i', source.file];
    await ffmpeg(...cutOf, ...as, '-preset', 'ultrafast', '-crf', '16', cut);
    await encodeAsCamera(cut, clip);
    // A text in the file makes other bytes of it.
    const asShown = ['-metadata', 'comment=shown', '-movflags', '+faststart'];
    await ffmpeg('-i', clip, '-c', 'copy', ...asShown, shown);
    await ffmpeg('-ss', '5', '-i', clip, '-frames:v', '1', '-q:v', '3', picture);
    await ffmpeg('-ss', '5', '-i', clip, '-frames:v', '1', '-q:v', '4', shownPicture);
    made.push({
      snapshot: fileOfBytes(await readFile(picture), 'image/jpeg'),
      snapshotShown: fileOfBytes(await readFile(shownPicture), 'image/jpeg'),
      clip: fileOfBytes(await readFile(clip), 'video/mp4'),
      clipShown: fileOfBytes(await readFile(shown), 'video/mp4'),
      boxes: fileOfBytes(Buffer.from(JSON.stringify(boxesOf(n))), 'application/json'),
    });
  }
  return made;
}

/** A person who walks through the picture. */
function boxesOf(n: number): ClipBoxes {
  return clipBoxes.parse({
    width: 1280,
    height: 720,
    tracks: ['p-17'],
    frames: Array.from({ length: CLIP_SECONDS * BOX_FPS }, (_, i) => {
      const [left, top, right, bottom] = PERSON;
      const to = 10 * n + i * 4;
      return {
        t: i / BOX_FPS,
        boxes: [
          { label: 'person', box: [left + to, top, right + to, bottom], score: 0.9, track: 'p-17' },
        ],
      };
    }),
  });
}
