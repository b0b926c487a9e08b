import type { Page } from 'playwright-core';

/** Collects from now on the RTP timestamps that the live events of a page name, by camera. */
export function collectObservations(page: Page): ReadonlyMap<string, number[]> {
  const byCamera = new Map<string, number[]>();
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const message = JSON.parse(String(payload)) as {
        type: string;
        observation?: { camera: string; rtpTimestamp?: number };
      };
      const { camera, rtpTimestamp } = message.observation ?? {};
      if (camera === undefined || rtpTimestamp === undefined) return;
      byCamera.set(camera, [...(byCamera.get(camera) ?? []), rtpTimestamp]);
    });
  });
  return byCamera;
}

/** The RTP timestamps of the frames that a camera's tile shows in so many seconds. */
export const watchFrames = (page: Page, camera: string, seconds: number): Promise<number[]> =>
  page
    .locator(`[data-testid=tile][data-camera="${camera}"] [data-testid=live-video]`)
    .evaluate(async (video: HTMLVideoElement, ms) => {
      const seen: number[] = [];
      const end = performance.now() + ms;
      await new Promise<void>((resolve) => {
        const next: VideoFrameRequestCallback = (now, { rtpTimestamp }) => {
          if (rtpTimestamp !== undefined) seen.push(rtpTimestamp);
          if (now >= end) resolve();
          else video.requestVideoFrameCallback(next);
        };
        video.requestVideoFrameCallback(next);
      });
      return seen;
    }, seconds * 1_000);
