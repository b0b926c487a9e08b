import { setTimeout } from 'node:timers/promises';
import type { CameraConfig, CameraDiagnosis, CameraHealth } from '@anshi/contracts';
import type { BlurredStill, StillBlur } from '../blur/still-blur.ts';
import type { CameraSource } from '../capture/source.ts';
import { connection, endpointOf, probeStreams } from './probe.ts';
import type { SmallPicture } from './small-picture.ts';

const TRIES = 3;
const PICTURE_MS = 5_000;
const PICTURE_EVERY_MS = 100;
/** Within what the API waits for, after the first picture. */
const BLUR_WITHIN_MS = 12_000;
const ERROR_LENGTH = 300;

/** What a diagnosis is about. */
export interface Diagnosed {
  readonly worker: string;
  readonly config: Pick<CameraConfig, 'id' | 'transport' | 'model'>;
  readonly health: CameraHealth;
  readonly log: readonly string[];
  /** The newest picture; null before the first one. */
  readonly last: () => SmallPicture | null;
  /** @throws Error where the address cannot be used. */
  readonly source: () => CameraSource;
  readonly blur: Pick<StillBlur, 'make'>;
}

/**
 * Looks at a camera from its worker: how long a connection takes, and what ffprobe finds over one of its
 * own. Nothing that it returns holds a password, or a face that is not blurred.
 */
export async function diagnose(camera: Diagnosed): Promise<CameraDiagnosis> {
  const { worker, config, health, log } = camera;
  let source: CameraSource | null = null;
  let problem: string | null = null;
  try {
    source = camera.source();
  } catch (error) {
    problem = (error as Error).message;
  }
  const [roundTrip, probe, still] = await Promise.all([
    source ? roundTripTo(source) : null,
    source ? probeOf(source, config.transport) : nothingFound(problem ?? 'no address'),
    stillOf(camera),
  ]);
  return {
    camera: config.id,
    worker,
    at: new Date().toISOString(),
    address: source?.shown ?? null,
    state: health.state,
    fault: health.fault?.message ?? problem,
    log: log.slice(-100),
    roundTrip,
    probe,
    ...still,
  };
}

/** The newest picture with blurred faces, or why it is not shown. */
async function stillOf({
  config,
  health,
  last,
  blur,
}: Diagnosed): Promise<Pick<CameraDiagnosis, 'still' | 'missing'>> {
  const picture = health.state === 'live' ? await firstPicture(last) : last();
  if (!picture) return { still: null, missing: 'no-picture' };
  const { boxes, at } = picture;
  const made: BlurredStill = await blur.make(
    { picture, boxes, model: config.model },
    BLUR_WITHIN_MS,
  );
  if (made.jpeg === null) return { still: null, missing: made.missing };
  const still = { at: new Date(at).toISOString(), jpeg: made.jpeg.toString('base64') };
  return { still, missing: null };
}

/** The newest picture; of a camera that has just come to life the first one, where it comes soon. */
async function firstPicture(last: Diagnosed['last']): Promise<SmallPicture | null> {
  for (let waited = 0; waited < PICTURE_MS && last() === null; waited += PICTURE_EVERY_MS) {
    await setTimeout(PICTURE_EVERY_MS);
  }
  return last();
}

/** Opens connections one after the other. */
async function roundTripTo(source: CameraSource): Promise<CameraDiagnosis['roundTrip']> {
  const end = endpointOf(source);
  if (!end) return null;
  const { host, port } = end;
  const ms: (number | null)[] = [];
  let error: string | null = null;
  for (let n = 0; n < TRIES; n++) {
    const took = await connection(host, port).catch((failure: Error) => {
      error = source.mask(failure.message).slice(0, ERROR_LENGTH);
      return null;
    });
    ms.push(took);
  }
  return { host, port, ms, error };
}

const nothingFound = (error: string, seconds = 0): CameraDiagnosis['probe'] => ({
  ok: false,
  seconds,
  streams: [],
  error: error.slice(0, ERROR_LENGTH),
});

async function probeOf(
  source: CameraSource,
  transport: 'tcp' | 'udp',
): Promise<CameraDiagnosis['probe']> {
  const begun = performance.now();
  const took = () => Math.round((performance.now() - begun) / 100) / 10;
  try {
    const streams = await probeStreams(source, transport);
    const isVideo = streams.some(({ type }) => type === 'video');
    const error = isVideo ? null : 'no video was found';
    return { ok: isVideo, seconds: took(), streams, error };
  } catch (error) {
    return nothingFound(source.mask((error as Error).message), took());
  }
}
