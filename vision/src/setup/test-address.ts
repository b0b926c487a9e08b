import { lookup } from 'node:dns/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { CameraTest, CameraTestOutcome, CameraTestRequest } from '@anshi/contracts';
import type { StillBlur } from '../blur/still-blur.ts';
import { classifyEnd } from '../capture/faults.ts';
import { type CameraSource, resolveSource } from '../capture/source.ts';
import {
  connection,
  endpointOf,
  type ProbeError,
  probeStreams,
  runOnStream,
  TlsError,
  withStream,
} from '../health/probe.ts';

/** Beyond it, events would be late or the camera far away, ms. */
const SLOW_CONNECTION_MS = 300;
/** A picture after so long means key frames too far apart, ms. */
const SLOW_PICTURE_MS = 5_000;
const LOOKUP_MS = 5_000;
/** Less than ffprobe waits for a word of the camera, ms. */
const SILENT_MS = 3_500;
const SILENT = 'the camera took the connection, and sent nothing that is a stream';
const MESSAGE_LENGTH = 300;
/** Pixels across: enough to see where the camera looks. */
const STILL_WIDTH = 480;
/** With the other steps within what the API waits for. */
const BLUR_WITHIN_MS = 12_000;
const CODECS = new Set(['h264', 'hevc']);

/** The worker's part: what addresses may name, and where files are. */
export interface TestPlace {
  readonly worker: string;
  readonly variables: Record<string, string | undefined>;
  readonly baseFolder: string;
  readonly blur: Pick<StillBlur, 'make'>;
}

/** A fault with its kind. */
class TestFault extends Error {
  readonly outcome: CameraTestOutcome;
  constructor(outcome: CameraTestOutcome, message: string) {
    super(message);
    this.name = 'TestFault';
    this.outcome = outcome;
  }
}

/**
 * Tries an address that is not saved: name, connection, user and password, stream, first picture. Nothing that
 * it returns holds a password, or a face that is not blurred.
 */
export async function testAddress(
  { camera, address, transport, tls }: CameraTestRequest,
  { worker, variables, baseFolder, blur }: TestPlace,
): Promise<CameraTest> {
  const found: CameraTest = {
    worker,
    at: new Date().toISOString(),
    address: '',
    outcome: 'ok',
    message: null,
    connectMs: null,
    signedIn: null,
    stream: null,
    firstPictureMs: null,
    still: null,
    missing: 'no-picture',
  };
  let source: CameraSource | null = null;
  try {
    source = sourceOf({ id: camera, url: address, tls: tls as never }, variables, baseFolder);
    found.address = source.shown;
    await lookAt(source, transport, found, blur);
    if (isSlow(found)) found.outcome = 'slow';
  } catch (error) {
    const mask = source?.mask ?? ((text: string) => text);
    const { outcome, message } = error as Partial<TestFault>;
    found.outcome = outcome ?? 'failed';
    found.message = mask(message ?? 'failed').slice(0, MESSAGE_LENGTH);
    if (found.outcome === 'wrong-password') found.signedIn = false;
  }
  return found;
}

function sourceOf(
  camera: Parameters<typeof resolveSource>[0],
  variables: Record<string, string | undefined>,
  baseFolder: string,
): CameraSource {
  try {
    const source = resolveSource(camera, variables, baseFolder);
    if (source.kind === 'rtsp') return source;
  } catch (error) {
    throw new TestFault('invalid', (error as Error).message);
  }
  throw new TestFault('invalid', 'only rtsp:// and rtsps:// addresses can be tested');
}

async function lookAt(
  source: CameraSource,
  transport: 'tcp' | 'udp',
  found: CameraTest,
  blur: TestPlace['blur'],
): Promise<void> {
  const { host, port } = endpointOf(source)!;
  await Promise.race([lookup(host), tooLong()]).catch(() => {
    throw new TestFault(
      'name-not-found',
      `the name ${host} is not known in the network of the worker`,
    );
  });
  found.connectMs = await connection(host, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') {
      throw new TestFault('refused', `nothing listens at ${host}, port ${port}`);
    }
    throw new TestFault('no-answer', `${host}, port ${port}: ${error.message}`);
  });
  const asked = performance.now();
  const streams = await probeStreams(source, transport).catch((error) => {
    const fault = faultOf(error, source);
    // ffprobe says of a camera that stays silent only that it found nothing, after its own time.
    const isSilent = fault.outcome === 'failed' && performance.now() - asked > SILENT_MS;
    throw isSilent ? new TestFault('no-answer', SILENT) : fault;
  });
  found.signedIn = true;
  const video = streams.find(({ type }) => type === 'video');
  if (!video) throw new TestFault('no-video', 'the stream has no video');
  const { codec, width, height } = video;
  found.stream = { codec, width, height, fps: rateOf(video.fps) };
  if (!codec || !CODECS.has(codec)) {
    throw new TestFault(
      'codec',
      `the video is ${codec ?? 'unknown'}: set the camera to H.264 or H.265`,
    );
  }
  const begun = performance.now();
  const still = await firstPicture(source, transport).catch((error) => {
    throw faultOf(error, source);
  });
  found.firstPictureMs = Math.round(performance.now() - begun);
  // Nothing analyses this camera yet: what the blurring itself finds is all that is known of faces.
  const made = await blur.make(
    { picture: { encoded: still }, boxes: [], model: '' },
    BLUR_WITHIN_MS,
  );
  found.still = made.jpeg?.toString('base64') ?? null;
  found.missing = made.missing;
}

/** A name server that does not answer holds a look-up for longer than a person waits. */
async function tooLong(): Promise<never> {
  await wait(LOOKUP_MS, undefined, { ref: false });
  throw new Error('the look-up took too long');
}

/** One JPEG, at most 480 px across. */
const firstPicture = (source: CameraSource, transport: 'tcp' | 'udp'): Promise<Buffer> =>
  withStream(source, transport, (url, by) =>
    runOnStream({
      source,
      url,
      transport: by,
      tool: process.env.FFMPEG_PATH || 'ffmpeg',
      before: ['-hide_banner', '-loglevel', 'error', '-threads', '1'],
      after: [
        '-an',
        '-frames:v',
        '1',
        '-vf',
        `scale='min(${STILL_WIDTH},iw)':-2`,
        '-q:v',
        '5',
        '-f',
        'mjpeg',
        'pipe:1',
      ],
    }),
  );

const OUTCOMES: Readonly<Record<string, CameraTestOutcome>> = {
  unauthorized: 'wrong-password',
  'not-found': 'no-stream',
  'no-video': 'no-video',
  'unsupported-codec': 'codec',
  'untrusted-certificate': 'untrusted-certificate',
  unreachable: 'no-answer',
  stalled: 'no-answer',
};

function faultOf(error: unknown, source: CameraSource): TestFault {
  if (error instanceof TlsError) {
    return new TestFault(OUTCOMES[error.code] ?? 'failed', error.message);
  }
  const { message, lines } = error as ProbeError;
  if (/^no answer within/.test(message)) {
    return new TestFault(
      'no-answer',
      `the camera took the connection, and sent nothing: ${message}`,
    );
  }
  const end = { log: lines ?? [], hadFrames: false, source, stallSeconds: 8 };
  const { code, message: words } = classifyEnd(end);
  return new TestFault(OUTCOMES[code] ?? 'failed', words);
}

/** Frames a second of a fraction such as `25/1`. */
function rateOf(text: string | null): number | null {
  const [, over = '', under = ''] = /^(\d+)\/(\d+)$/.exec(text ?? '') ?? [];
  const rate = Number(over) / Number(under);
  return Number.isFinite(rate) && rate > 0 ? Math.round(rate * 100) / 100 : null;
}

const isSlow = ({ connectMs, firstPictureMs }: CameraTest): boolean =>
  (connectMs ?? 0) > SLOW_CONNECTION_MS || (firstPictureMs ?? 0) > SLOW_PICTURE_MS;
