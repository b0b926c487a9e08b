import type { NamedTracks } from '@anshi/contracts';
import type { Confirmed } from './messages.ts';

export type NamedSaid = Omit<NamedTracks, 'worker'>;

/** Which people in the pictures of cameras are confirmed: said with each decision, and once when it is over. */
export class NamedPictures {
  /** Cameras of which something was said that may still be shown. */
  readonly #shown = new Set<string>();

  /** @returns what is to be told of each camera with a confirmed person, and of one for which that has just ended. */
  decided(
    { at, tracks }: Pick<Confirmed, 'at' | 'tracks'>,
    cameras: readonly string[],
  ): NamedSaid[] {
    return cameras.flatMap((camera) => {
      const own = tracks.filter((one) => one.camera === camera);
      if (own.length === 0 && !this.#shown.delete(camera)) return [];
      if (own.length > 0) this.#shown.add(camera);
      return [
        {
          camera,
          at: new Date(at).toISOString(),
          tracks: own.map(({ track, handle }) => ({ track, handle })),
        },
      ];
    });
  }

  /**
   * Positions count no more, or badges may no longer be used: the next decision tells who is left.
   *
   * @param now milliseconds of wall time.
   * @returns that no person of them is confirmed.
   */
  forget(now: number): NamedSaid[] {
    const said = [...this.#shown].map((camera) => ({
      camera,
      at: new Date(now).toISOString(),
      tracks: [],
    }));
    this.#shown.clear();
    return said;
  }
}
