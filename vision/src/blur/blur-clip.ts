import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Box, ClipBoxes } from '@anshi/contracts';
import { probe } from '../capture/ffmpeg.ts';
import { MAX_ANALYSIS_WIDTH } from '../capture/ffmpeg-command.ts';
import { type FaceSample, type FaceTrack, faceAt, faceTracks } from './face-tracks.ts';
import { facesIn } from './faces.ts';
import { bytesWithAlpha, canvasOn, paintPatches } from './paint.ts';
import { type CoarsePicture, coarse, type FacePatches, patchesOf } from './patches.ts';
import type { PeopleFinder } from './people-finder.ts';
import { ffmpegPath, passthrough, rawPictures } from './raw-pictures.ts';

/** People are looked for so many times a second, beside what was recorded, and where that is little. */
const LOOKS_A_SECOND = { recorded: 1, unrecorded: 3 };
/** So many recorded observations a second are enough to follow a face between the looks. */
const RECORDED_A_SECOND = 2;
/** Width of the painted layer, pixels: an edge of a region is as exact as that. */
const LAYER_WIDTH = 640;
/** And as many pictures a second as the clip has, within this: a face is widened for what it moves in between. */
const LAYER_FPS = { least: 10, most: 25 };
/** Colours of a face change this often, seconds: means of a face that moves would give it back. */
const COLOURS_SECONDS = 1;

export interface ClipToBlur {
  readonly input: string;
  readonly output: string;
  /** The recorded observations; null for none. */
  readonly boxes: ClipBoxes | null;
  /** Major version of ffmpeg. */
  readonly ffmpeg: number;
}

/**
 * Makes the rendition of a clip: the same pictures at the same times, with every face painted over. One
 * ffmpeg decodes, lays a small painted layer over the pictures and encodes; their pixels do not come
 * here.
 *
 * @returns how many faces were followed, and where, in pixels of the clip.
 * @throws Error where the clip cannot be read or written.
 */
export async function blurClip(
  clip: ClipToBlur,
  finder: Pick<PeopleFinder, 'find'>,
): Promise<{ heads: number; tracks: readonly FaceTrack[] }> {
  const { size, durationSeconds, fps } = await probe(clip.input);
  if (!size) throw new Error('the clip has no pictures');
  const looks =
    (clip.boxes?.frames.length ?? 0) >= RECORDED_A_SECOND * (durationSeconds ?? Number.MAX_VALUE)
      ? LOOKS_A_SECOND.recorded
      : LOOKS_A_SECOND.unrecorded;
  const { samples, pictures } = await look(clip, finder, size, looks);
  const tracks = faceTracks(samples);
  const colours = new Colours(pictures, size);
  // Longer than the clip: where the layer ended first, the rest of the clip would be lost.
  const layerSeconds = Math.max(durationSeconds ?? 0, pictures.at(-1)?.t ?? 0) + 2;
  const layerFps = Math.min(
    LAYER_FPS.most,
    Math.max(LAYER_FPS.least, Math.ceil(fps ?? LAYER_FPS.most)),
  );
  await render(clip, size, { seconds: layerSeconds, fps: layerFps }, (t, layer) =>
    // A picture of the layer is painted for the middle of its time.
    paintLayer(layer, tracks, colours, size, { t, slack: 0.5 / layerFps }),
  );
  return { heads: tracks.length, tracks };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface TimedPicture {
  readonly t: number;
  readonly picture: CoarsePicture;
}

/** Looks for faces in the clip, and takes those that were recorded. Boxes are pixels of the clip. */
async function look(
  { input, boxes, ffmpeg }: ClipToBlur,
  finder: Pick<PeopleFinder, 'find'>,
  size: Size,
  looks: number,
): Promise<{ samples: FaceSample[]; pictures: TimedPicture[] }> {
  const scale = Math.min(1, MAX_ANALYSIS_WIDTH / size.width);
  const seenSize = { width: even(size.width * scale), height: even(size.height * scale) };
  const pictures: TimedPicture[] = [];
  const samples: FaceSample[] = recorded(boxes, size);
  for await (const picture of rawPictures(input, { ...seenSize, fps: looks, ffmpeg })) {
    pictures.push({ t: picture.t, picture: coarse(picture) });
    const faces = facesIn(await finder.find(picture, 'clip'), 'clip');
    samples.push({ t: picture.t, faces: scaled(faces, seenSize, size) });
  }
  return { samples: samples.sort((a, b) => a.t - b.t), pictures };
}

function recorded(boxes: ClipBoxes | null, size: Size): FaceSample[] {
  return (boxes?.frames ?? []).map(({ t, boxes: seen }) => ({
    t,
    faces: scaled(facesIn({ boxes: seen, poses: [] }, 'clip'), boxes!, size),
  }));
}

function scaled(faces: readonly { box: Box; sure: boolean }[], from: Size, to: Size) {
  const [x, y] = [to.width / from.width, to.height / from.height];
  return faces.map(({ box, sure }) => ({
    sure,
    box: [box[0] * x, box[1] * y, box[2] * x, box[3] * y] as Box,
  }));
}

/** The colours of faces: of a moment of each second, and of nothing in between. */
class Colours {
  readonly #pictures: readonly TimedPicture[];
  readonly #scale: number;
  readonly #kept = new Map<FaceTrack, Map<number, FacePatches>>();

  constructor(pictures: readonly TimedPicture[], size: Size) {
    this.#pictures = pictures;
    this.#scale = (pictures[0]?.picture.of.width ?? size.width) / size.width;
  }

  of(track: FaceTrack, t: number): FacePatches {
    const second = Math.floor(t / COLOURS_SECONDS);
    const kept = this.#kept.get(track) ?? new Map<number, FacePatches>();
    this.#kept.set(track, kept);
    const known = kept.get(second);
    if (known) return known;
    const middle = (second + 0.5) * COLOURS_SECONDS;
    const first = track.knots[0]!.t;
    const last = track.knots.at(-1)!.t;
    const wanted = Math.min(last, Math.max(first, middle));
    const { t: at, picture } = this.#pictures.reduce((best, one) =>
      Math.abs(one.t - wanted) < Math.abs(best.t - wanted) ? one : best,
    );
    const box = faceAt(track, Math.min(last, Math.max(first, at)), 0) ?? track.knots[0]!.box;
    const found = patchesOf(picture, box.map((side) => side * this.#scale) as Box);
    kept.set(second, found);
    return found;
  }
}

interface Layer extends Size {
  readonly bytes: Uint8Array;
}

function paintLayer(
  { bytes, width, height }: Layer,
  tracks: readonly FaceTrack[],
  colours: Colours,
  size: Size,
  { t, slack }: { t: number; slack: number },
): void {
  const canvas = canvasOn(bytes, width, height, true);
  bytes.fill(0);
  // Grey where nothing is painted: the smoothed edge of a region takes its colour from there, too.
  for (const plane of [canvas.u, canvas.v]) plane.fill(128);
  const [x, y] = [width / size.width, height / size.height];
  for (const track of tracks) {
    const box = faceAt(track, t, slack);
    if (!box) continue;
    // One more pixel on each side: the opacity of the edge is smoothed when the layer is enlarged.
    const place: Box = [box[0] * x - 1, box[1] * y - 1, box[2] * x + 1, box[3] * y + 1];
    paintPatches(canvas, place, colours.of(track, t));
  }
}

/** Encodes the clip with the layer over it; the time stamps of its pictures stay. */
async function render(
  { input, output, ffmpeg }: ClipToBlur,
  size: Size,
  { seconds, fps }: { seconds: number; fps: number },
  paint: (t: number, layer: Layer) => void,
): Promise<void> {
  const smaller = Math.min(1, LAYER_WIDTH / size.width);
  const layer = { width: even(size.width * smaller), height: even(size.height * smaller) };
  const whole = `${size.width}:${size.height}`;
  const filter = [
    // A picture of another size in the same clip would lie elsewhere under the layer.
    `[0:v:0]scale=${whole},format=yuv420p[p]`,
    `[1:v]scale=${whole}:flags=bilinear[l]`,
    '[p][l]overlay=format=yuv420:shortest=1[v]',
  ].join(';');
  const quiet = ['-hide_banner', '-nostats', '-loglevel', 'warning', '-y'];
  const film = ['-threads', '1', '-i', input];
  const form = ['-f', 'rawvideo', '-pix_fmt', 'yuva420p', '-s', `${layer.width}x${layer.height}`];
  const painted = [...form, '-r', String(fps), '-i', 'pipe:0'];
  const mix = ['-filter_complex_threads', '1', '-filter_complex', filter, '-map', '[v]'];
  const codec = ['-c:v', 'libx264', '-preset', 'superfast', '-crf', '26', '-threads', '1'];
  const keys = ['-bf', '0', '-force_key_frames', 'expr:gte(t,n_forced)'];
  const times = ['-enc_time_base', '1:90000', ...passthrough(ffmpeg)];
  const file = ['-movflags', '+faststart', '-video_track_timescale', '90000', '-f', 'mp4', output];
  const child = spawn(ffmpegPath(), [quiet, film, painted, mix, codec, keys, times, file].flat(), {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk) => {
    words = `${words}${chunk}`.slice(-2000);
  });
  // It says so itself where it ends before the layer does.
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  ended.catch(() => {});
  const bytes = new Uint8Array(bytesWithAlpha(layer.width, layer.height));
  const count = Math.ceil(seconds * fps);
  for (let n = 0; n < count && !child.stdin.destroyed && child.exitCode === null; n++) {
    paint((n + 0.5) / fps, { ...layer, bytes });
    if (!child.stdin.write(Buffer.from(bytes))) {
      await Promise.race([once(child.stdin, 'drain').catch(() => {}), ended.catch(() => {})]);
    }
  }
  child.stdin.end();
  const code = await ended;
  if (code !== 0) {
    const why = words.trim().split('\n').slice(-3).join(' | ');
    const full = /No space left/.test(why) ? { code: 'ENOSPC' } : {};
    throw Object.assign(new Error(`the clip cannot be encoded: ${why}`), full);
  }
}

const even = (value: number) => Math.max(2, 2 * Math.round(value / 2));
