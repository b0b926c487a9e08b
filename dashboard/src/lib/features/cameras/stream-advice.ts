import type { CameraHealth } from '$lib/api/types.ts';
import { decimal } from '$lib/format/number.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { streamWords } from './stream-words.ts';

/** Longer apart, live views wait for their first picture, s. */
const LONGEST_KEY_FRAMES_S = 2;
/** A rate that is measured is a little off: an interval of 2 s is in order. */
const TOLERANCE_S = 0.2;

/** What is wrong with a stream for its viewers, and what to change at the camera. */
export interface Advice {
  id: 'key-frames' | 'b-frames' | 'h265';
  what: string;
  todo: string;
}

export function adviceOf(
  health: Pick<CameraHealth, 'codec' | 'keyFrameSeconds' | 'bFrames' | 'sourceFps'>,
): Advice[] {
  const t = streamWords.t;
  const { codec, keyFrameSeconds, bFrames, sourceFps } = health;
  const found: Advice[] = [];
  if (codec === 'hevc') found.push({ id: 'h265', what: t.h265, todo: t.setH264 });
  if (keyFrameSeconds !== null && keyFrameSeconds > LONGEST_KEY_FRAMES_S + TOLERANCE_S) {
    const frames = sourceFps >= 1 ? Math.round(sourceFps) : null;
    found.push({
      id: 'key-frames',
      what: t.keyFrames(decimal(keyFrameSeconds, i18n.locale)),
      todo: t.setKeyFrames(frames),
    });
  }
  if (bFrames === true) found.push({ id: 'b-frames', what: t.bFrames, todo: t.setBFrames });
  return found;
}
