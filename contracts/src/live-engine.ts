import { z } from 'zod';

/** What sends a live view to a browser. */
export const liveEngineName = z.enum(['mediasoup', 'node-datachannel', 'node-rtsp-stream']);
export type LiveEngineName = z.infer<typeof liveEngineName>;

/** What sends a view by WebRTC. */
export const webRtcEngine = liveEngineName.exclude(['node-rtsp-stream']);
export type WebRtcEngine = z.infer<typeof webRtcEngine>;

/** Why a view is not sent by mediasoup, or why it is. */
export const liveEngineReason = z.enum([
  // The package is not installed.
  'no-package',
  // There is no worker binary for this machine yet.
  'no-worker',
  // The binary in the cache is of another version or was altered.
  'worker-rejected',
  // It could be neither downloaded nor built here.
  'worker-not-made',
  // The build ran out of disk.
  'worker-no-disk',
  // Its process did not start, or died again and again.
  'not-started',
  // It did not open this view.
  'view-failed',
  // The setting ANSHI_LIVE_ENGINE.
  'chosen',
  // The viewer asked for it.
  'address',
]);
export type LiveEngineReason = z.infer<typeof liveEngineReason>;

/** Which picture of a camera a view is of: the one that is analysed, or the smaller one of small tiles. */
export const liveStream = z.enum(['main', 'small']);
export type LiveStream = z.infer<typeof liveStream>;

/** What a viewer asks of a view by WebRTC, in the query of its address. */
export const liveAsk = z.object({
  stream: liveStream
    .default('main')
    .describe(
      'The main stream, or the one of small tiles: the substream where the camera has one, and the main stream where that gives no picture.',
    ),
  engine: webRtcEngine.optional().describe('To try one of them; left out, the best that runs.'),
  quick: z
    .stringbool()
    .optional()
    .describe(
      'Begins with the last key frame of the camera in the place of its next one, where the worker still has room for such a view.',
    ),
});
export type LiveAsk = z.infer<typeof liveAsk>;

/** The query of an address that asks for it; empty for the usual view. */
export function liveQuery({ stream, engine, quick }: LiveAsk): string {
  const query = new URLSearchParams();
  if (stream !== 'main') query.set('stream', stream);
  if (engine) query.set('engine', engine);
  if (quick) query.set('quick', 'true');
  return query.size === 0 ? '' : `?${query}`;
}

/** Headers of the answer to an offer (WHEP), from the worker to the API and on to the browser. */
export const LIVE_ENGINE_HEADER = 'x-anshi-live-engine';
export const LIVE_REASON_HEADER = 'x-anshi-live-reason';

/** What the headers of an answer say; null where they say nothing that is known. */
export function liveEngineOfAnswer(headers: Pick<Headers, 'get'>): {
  engine: LiveEngineName | null;
  reason: LiveEngineReason | null;
} {
  return {
    engine: liveEngineName.safeParse(headers.get(LIVE_ENGINE_HEADER)).data ?? null,
    reason: liveEngineReason.safeParse(headers.get(LIVE_REASON_HEADER)).data ?? null,
  };
}
