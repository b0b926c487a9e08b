import type { CameraFaultCode } from '@anshi/contracts';

/** Why a camera gives no picture, and what to do about it. */
export interface CameraFault {
  readonly code: CameraFaultCode;
  readonly message: string;
}

/** What is known about a finished run of ffmpeg. */
export interface EndedRun {
  /** ffmpeg's last messages, without credentials. */
  readonly log: readonly string[];
  /** Whether at least one frame came. */
  readonly hadFrames: boolean;
  readonly source: { readonly kind: 'rtsp' | 'file'; readonly shown: string };
  readonly stallSeconds: number;
}

interface Cause {
  readonly pattern: RegExp;
  readonly code: CameraFaultCode;
  readonly message: (run: EndedRun) => string;
}

/** This program's own word: {@link sizeChanged}. */
const SIZE_CHANGED = /^the picture changed from \d+x\d+ to \d+x\d+$/;

export const sizeChanged = (before: string, now: string): string =>
  `the picture changed from ${before} to ${now}`;

/** The first match wins, so specific patterns come before general ones. */
const CAUSES: readonly Cause[] = [
  {
    pattern: SIZE_CHANGED,
    code: 'ended',
    message: (run) => {
      const what = run.log.findLast((line) => SIZE_CHANGED.test(line));
      return `${run.source.shown}: ${what}; the stream is opened again by itself`;
    },
  },
  {
    pattern: /401 ?Unauthorized|403 ?Forbidden|authorization failed/i,
    code: 'unauthorized',
    message: (run) =>
      `${run.source.shown} refuses the user or the password; correct them in the camera's url`,
  },
  {
    pattern: /404 ?(?:Stream )?Not Found|454 ?Session/i,
    code: 'not-found',
    message: (run) =>
      `the server answers, but it has no stream ${run.source.shown}; correct the path of the url`,
  },
  {
    pattern: /Stream map '.*' matches no streams|does not contain any stream/,
    code: 'no-video',
    message: (run) => `${run.source.shown} has no video, only sound; choose the video stream`,
  },
  {
    pattern: /Connection refused/,
    code: 'unreachable',
    message: (run) =>
      `nothing listens at ${run.source.shown}; check the address and port, and that the camera is on`,
  },
  {
    pattern: /Failed to resolve hostname|Name or service not known/,
    code: 'unreachable',
    message: (run) => `the host name of ${run.source.shown} is not known; check it or use the IP`,
  },
  {
    pattern: /No route to host|Network is unreachable|Host is down/,
    code: 'unreachable',
    message: (run) => `no route to ${run.source.shown}; check network, cable and power`,
  },
  {
    pattern: /No such file or directory|Permission denied|Is a directory/,
    code: 'configuration',
    message: (run) =>
      run.source.kind === 'file'
        ? `${run.source.shown} cannot be read; correct the camera's url or the file's permissions`
        : 'a folder of the worker cannot be written; check ANSHI_WORKER_DIR',
  },
  {
    pattern: /No space left on device/,
    code: 'failed',
    message: () => 'the disk is full; free space in ANSHI_WORKER_DIR',
  },
  {
    pattern: /Decoder .*not found|Unsupported codec|Could not find codec parameters.*Video: none/,
    code: 'unsupported-codec',
    message: (run) => `the video of ${run.source.shown} cannot be decoded; set the camera to H.264`,
  },
];

/**
 * Derives the cause from ffmpeg's messages (versions 5 to 7). Every exit is a fault, including exit
 * code 0: a camera stream has no end.
 */
export function classifyEnd(run: EndedRun): CameraFault {
  const timedOut = run.log.some((line) => /(?:Connection|Operation) timed out/.test(line));
  if (timedOut) return run.hadFrames ? stalled(run.stallSeconds) : silent(run);
  for (const cause of CAUSES) {
    if (run.log.some((line) => cause.pattern.test(line))) {
      return { code: cause.code, message: cause.message(run) };
    }
  }
  if (run.hadFrames) {
    return {
      code: 'ended',
      message: `${run.source.shown} closed the connection; it is opened again by itself`,
    };
  }
  if (run.source.kind === 'rtsp' && isAudioOnly(run.log)) {
    return {
      code: 'no-video',
      message: `${run.source.shown} has no readable video; choose the video stream in its path`,
    };
  }
  const last = run.log.findLast((line) => /error|invalid|fail/i.test(line)) ?? run.log.at(-1);
  return {
    code: 'failed',
    message: `${run.source.shown} gives no picture: ${last ?? 'ffmpeg ended without a message'}`,
  };
}

export function stalled(seconds: number): CameraFault {
  return {
    code: 'stalled',
    message: `no picture for ${seconds} s although the connection is open; the camera is restarted automatically, check its load and the network if this repeats`,
  };
}

/** @param seconds less than 0 for back. */
export function timeJumped(camera: string, seconds: number): CameraFault {
  const way = seconds < 0 ? 'back' : 'ahead';
  return {
    code: 'ended',
    message: `the timestamps of ${camera} jumped ${way} by ${Math.abs(Math.round(seconds))} s; the stream is opened again, so that its recording keeps its time; if this repeats, set the camera's clock by NTP or renew its firmware`,
  };
}

function silent(run: EndedRun): CameraFault {
  return {
    code: 'unreachable',
    message: `${run.source.shown} did not answer within ${run.stallSeconds} s; check address, firewall and power`,
  };
}

/** ffmpeg's only message for a stream whose description has no usable media. */
function isAudioOnly(log: readonly string[]): boolean {
  return log.some((line) => /Error opening input: Invalid data found/.test(line));
}
