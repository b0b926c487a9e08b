import type { Page } from 'playwright-core';
import type { Plant } from '../../plant/plant.ts';
import { callAs, tokenOf } from '../plant-users.ts';

const ROUNDS = 4;
/** Limit for one clip, ms: without a drawn frame there is no callback. */
const CLIP_WITHIN_MS = 30_000;

/**
 * How long it takes to fetch clips with a bare `fetch` and to show their first frame in a bare video element of the same
 * page, ms each.
 *
 * @param findings violations with clips.
 */
export async function bareClips(
  page: Page,
  plant: Plant,
  findings: readonly string[],
): Promise<number[]> {
  const accessToken = await tokenOf(plant, 'safety');
  const read = await callAs(plant, 'safety');
  const urls: string[] = [];
  for (const id of findings) {
    const { clip } = await read<{ clip: { url: string } }>('GET', `/violations/${id}`);
    urls.push(clip.url);
  }
  return page.evaluate(
    async ({ all, token, rounds, limit }) => {
      const found: number[] = [];
      for (let round = 0; round < rounds; round++) {
        for (const url of all) {
          const began = performance.now();
          const answer = await fetch(url, {
            headers: { authorization: `Bearer ${token}` },
            cache: 'no-store',
            signal: AbortSignal.timeout(limit),
          });
          const source = URL.createObjectURL(await answer.blob());
          const video = document.createElement('video');
          Object.assign(video, { muted: true, src: source });
          video.style.cssText =
            'position:fixed;inset:0 auto auto 0;width:640px;pointer-events:none';
          document.body.append(video);
          await new Promise<void>((resolve, reject) => {
            video.requestVideoFrameCallback(() => resolve());
            video.addEventListener('error', () => reject(new Error('the clip cannot be decoded')));
            setTimeout(
              () => reject(new Error(`no frame of a bare clip within ${limit / 1_000} s`)),
              limit,
            );
            video.play().catch(reject);
          });
          found.push(performance.now() - began);
          video.remove();
          URL.revokeObjectURL(source);
        }
      }
      return found;
    },
    { all: urls, token: accessToken, rounds: ROUNDS, limit: CLIP_WITHIN_MS },
  );
}
