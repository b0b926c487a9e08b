import { join } from 'node:path';
import { stringify } from 'yaml';
import { asCamera, ffmpeg } from '../clips.ts';
import { MARKED, STILL } from './marked-picture.ts';

/** The camera with the marker, whose pictures also have the time in them. */
export const MARKED_CAMERA = 'wall-1';
/** The other cameras share these streams of the simulator. */
export const STREAMS = ['small-1', 'small-2', 'small-3', 'small-4'] as const;
/** The stream of a place without people. All tiles at rest share it. */
export const QUIET_STREAM = 'quiet';
/** Analysed frames a second: of the marked camera the default of the product. */
const [MARKED_FPS, OTHER_FPS] = [5, 0.5];
/** The quiet stream: frames a second, and its length. */
const QUIET = { fps: 5, seconds: 10 };
/** Pictures of a second stream of a camera. */
const SMALL = { width: 480, height: 270 };

const eachSecond = ['-g', String(MARKED.fps), '-keyint_min', String(MARKED.fps)];
const encoding = [...asCamera, ...eachSecond, '-sc_threshold', '0', '-pix_fmt', 'yuv420p'];

/** A clip as the second stream of a camera sends it: small, a key frame each second. */
export async function encodeSmall(clip: string, to: string): Promise<void> {
  const { width, height } = SMALL;
  const size = `scale=${width}:${height},fps=${MARKED.fps}`;
  await ffmpeg('-i', clip, '-vf', size, ...encoding, '-b:v', '350k', to);
}

/** Writes the clip of a place without people: size and bit rate of a substream, a key frame each second. */
export async function encodeQuiet(to: string): Promise<void> {
  const { width, height } = SMALL;
  const lines = 'drawgrid=w=80:h=45:t=2:c=0xb0b000';
  const place = `color=c=0x5a6066:s=${width}x${height}:r=${QUIET.fps},${lines}`;
  const keys = ['-g', String(QUIET.fps), '-keyint_min', String(QUIET.fps)];
  const input = ['-f', 'lavfi', '-i', place, '-t', String(QUIET.seconds)];
  await ffmpeg(...input, ...encoding, ...keys, '-b:v', '150k', to);
}

/**
 * A clip whose picture moves to the left and back at an even speed, with the people in it and a coloured marker: a still of a
 * clip, seen through a window that moves.
 *
 * @param clip the rendered clip `hall-east`.
 */
export async function encodeMarked(clip: string, folder: string): Promise<string> {
  const still = join(folder, 'still.png');
  const to = join(folder, 'marked.mp4');
  const { marker, window, travel } = STILL;
  const box = `drawbox=x=${marker.x}:y=${marker.y}:w=${marker.width}:h=${marker.height}`;
  await ffmpeg(
    '-ss',
    String(STILL.second),
    '-i',
    clip,
    '-frames:v',
    '1',
    '-vf',
    `${box}:color=0xff00ff:t=fill`,
    still,
  );
  const { fps, seconds, width, height } = MARKED;
  const moves = `crop=${window.width}:${window.height}:x='${travel}*(1-abs(1-t/${seconds / 2}))':y=${window.y}`;
  const shown = `${moves},scale=${width}:${height}`;
  const input = ['-loop', '1', '-framerate', String(fps), '-i', still, '-t', String(seconds)];
  await ffmpeg(...input, '-vf', shown, ...encoding, '-crf', '18', to);
  return to;
}

/**
 * A cameras file of a wall.
 *
 * @param live number of cameras that show people.
 * @param stills number of further cameras, which show a place without people. The rest are switched off.
 * @param quietFps analysed frames a second of those.
 */
export function wallCameras(tiles: number, live: number, stills: number, quietFps: number): string {
  const cameras = Array.from({ length: tiles }, (_, n) => {
    const id = `wall-${n + 1}`;
    const isMarked = id === MARKED_CAMERA;
    const moving = isMarked ? id : STREAMS[n % STREAMS.length];
    const stream = n < live ? moving : QUIET_STREAM;
    return {
      id,
      name: { zh: `测 ${n + 1}`, en: `Wall ${n + 1}` },
      site: 'bench',
      url: `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/${stream}`,
      picture: isMarked ? [MARKED.width, MARKED.height] : [SMALL.width, SMALL.height],
      analysisFps: isMarked ? MARKED_FPS : n < live ? OTHER_FPS : quietFps,
      enabled: n < live + stills,
      zones: [],
      rules: [],
    };
  });
  const sites = [{ id: 'bench', name: { zh: '测', en: 'Bench' } }];
  return stringify({ version: 1, sites, cameras });
}
