import type { CameraConfig, CameraHealth } from '@anshi/contracts';
import type { CaptureState } from '../capture/camera-capture.ts';
import type { CaptureMeter } from './capture-meter.ts';
import { gradeQuality } from './quality.ts';

const instant = (ms: number) => new Date(ms).toISOString();

/** The published health of one camera. `capture` is null where the camera is disabled. */
export function cameraHealthOf(options: {
  readonly worker: string;
  readonly camera: CameraConfig;
  readonly capture: { readonly state: CaptureState; readonly meter: CaptureMeter } | null;
  readonly now: number;
}): CameraHealth {
  const { worker, camera, capture, now } = options;
  const state = capture?.state;
  const rates = capture?.meter.read();
  const live = state?.state === 'live';
  const unavailable = liveUnavailable(state);
  const wanted = camera.analysisFps;
  // A camera that declares no rate is measured against the wanted one.
  const dueFps = Math.min(wanted, state?.video?.fps ?? wanted);
  return {
    camera: camera.id,
    worker,
    at: instant(now),
    state: state?.state ?? 'disabled',
    quality: gradeQuality({
      live,
      dueFps,
      arrivedFps: rates?.arrivedFps ?? 0,
      reconnectsLastHour: rates?.reconnectsLastHour ?? 0,
      stallsLastHour: rates?.stallsLastHour ?? 0,
    }),
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
    sourceFps: live ? round(rates?.sourceFps ?? 0) : 0,
    analysedFps: live ? round(rates?.analysedFps ?? 0) : 0,
    droppedShare: rates?.droppedShare ?? 0,
    reconnectsLastHour: rates?.reconnectsLastHour ?? 0,
    lastFrameAt: state?.lastFrameAt ? instant(state.lastFrameAt) : null,
    live: { available: unavailable === null, reason: unavailable },
  };
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
