import type { CameraConfig, CameraHealth, SceneFaultCode } from '@anshi/contracts';
import type { AddressState, CaptureState } from '../capture/capture-state.ts';
import type { MeasuredStream } from '../live/stream-shape.ts';
import type { SubstreamState } from '../live/substream/small-stream.ts';
import type { CaptureMeter } from './capture-meter.ts';
import { gradeQuality } from './quality.ts';

const instant = (ms: number) => new Date(ms).toISOString();

/** The published health of one camera. `capture` is null where the camera is disabled. */
export function cameraHealthOf(options: {
  readonly worker: string;
  readonly camera: CameraConfig;
  readonly capture: { readonly state: CaptureState; readonly meter: CaptureMeter } | null;
  /** What is wrong with its pictures, by the clock of the pictures. */
  readonly scene: readonly { readonly fault: SceneFaultCode; readonly since: number }[];
  readonly stream: MeasuredStream;
  /** How its substream is; null where it has none. */
  readonly substream: SubstreamState | null;
  /** How much of the optional work is left out, 0 to 1. */
  readonly loadShedding: number;
  readonly now: number;
}): CameraHealth {
  const { worker, camera, capture, scene, stream, substream, loadShedding, now } = options;
  const wanted = camera.analysisFps;
  const state = capture && noticeSilence(capture.state, wanted, now);
  const rates = capture?.meter.read();
  const live = state?.state === 'live';
  const unavailable = liveUnavailable(capture?.state);
  // A camera that declares no rate is measured against the wanted one.
  const dueFps = Math.min(wanted, state?.video?.fps ?? wanted);
  const { grade, reasons } = gradeQuality({
    live,
    dueFps,
    arrivedFps: rates?.arrivedFps ?? 0,
    reconnectsLastHour: rates?.reconnectsLastHour ?? 0,
    stallsLastHour: rates?.stallsLastHour ?? 0,
    illegibleShare: rates?.illegibleShare ?? 0,
  });
  return {
    camera: camera.id,
    worker,
    at: instant(now),
    state: state?.state ?? 'disabled',
    quality: grade,
    reasons,
    fault: state?.fault
      ? {
          code: state.fault.code,
          message: state.fault.message,
          since: instant(state.fault.since),
        }
      : null,
    codec: state?.video?.codec ?? null,
    width: state?.video?.width ?? null,
    height: state?.video?.height ?? null,
    keyFrameSeconds: live ? stream.keyFrameSeconds : null,
    bFrames: live ? stream.bFrames : null,
    sourceFps: live ? round(rates?.sourceFps ?? 0) : 0,
    analysedFps: live ? round(rates?.analysedFps ?? 0) : 0,
    droppedShare: rates?.droppedShare ?? 0,
    loadShedding: Math.round(100 * loadShedding) / 100,
    reconnectsLastHour: rates?.reconnectsLastHour ?? 0,
    stallsLastHour: rates?.stallsLastHour ?? 0,
    decodeErrorsLastHour: rates?.decodeErrorsLastHour ?? 0,
    delayMs: live ? (rates?.delayMs ?? null) : null,
    scene: live ? scene.map(({ fault, since }) => ({ fault, since: instant(since) })) : [],
    address: state?.address ? shownAddressState(state.address) : null,
    lastFrameAt: state?.lastFrameAt ? instant(state.lastFrameAt) : null,
    live: { available: unavailable === null, reason: unavailable, substream },
  };
}

const shownAddressState = ({ inUse, lost }: AddressState): CameraHealth['address'] => ({
  inUse,
  lost: lost && { code: lost.code, message: lost.message, since: instant(lost.since) },
});

/** So long without a picture is told, milliseconds: sooner than the connection is given up. */
const SILENT_MS = 8_000;
/** A slow camera may be silent for so many of its intervals. */
const SILENT_INTERVALS = 3;

/**
 * A live camera whose pictures stopped is a fault before its connection is opened again. One whose pictures
 * come late is none: its delay is told.
 */
function noticeSilence(state: CaptureState, fps: number, now: number): CaptureState {
  const { lastArrivalAt } = state;
  if (state.state !== 'live' || lastArrivalAt === null) return state;
  const limit = Math.max(SILENT_MS, (SILENT_INTERVALS * 1000) / fps);
  if (now - lastArrivalAt <= limit) return state;
  const message = `no picture for ${Math.round((now - lastArrivalAt) / 1000)} s although the connection is open; it is opened again where none comes`;
  return { ...state, state: 'fault', fault: { code: 'stalled', message, since: lastArrivalAt } };
}

/** Why the live view is unavailable, or null. */
export function liveUnavailable(state: CaptureState | undefined): string | null {
  if (!state) return 'the camera is disabled in cameras.yaml';
  if (state.fault) return `the camera gives no picture: ${state.fault.message}`;
  if (state.state !== 'live' || !state.video) return 'the camera is being connected';
  if (state.video.codec === 'h264') return null;
  const sends = state.video.codec === 'hevc' ? 'H.265' : state.video.codec;
  return `the camera sends ${sends}, which browsers do not play live; set it to H.264 to watch it`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
