import { live } from '$lib/live/live.svelte.ts';

/** Names of the people of a picture by their tracks; null for a person of whom the viewer may not know. */
export type TrackNames = ReadonlyMap<string, string | null>;

export const noNames: TrackNames = new Map();
/** Workers tell twice a second who is confirmed: without a word for so long nothing is known, ms. */
const STALE_MS = 2_500;

/**
 * Follows who the people in the picture of a camera are.
 *
 * @param take the names that hold now; empty once they are not known any more.
 * @returns ends it.
 */
export function followNames(camera: string, take: (names: TrackNames) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const leave = live.on(`names:${camera}`, 'names', (message) => {
    if (message.camera !== camera) return;
    clearTimeout(timer);
    take(new Map(message.names.map(({ track, name }) => [track, name])));
    timer = setTimeout(() => take(noNames), STALE_MS);
  });
  return () => {
    clearTimeout(timer);
    leave();
    take(noNames);
  };
}
