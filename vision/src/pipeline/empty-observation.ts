import type { CameraConfig, Observation } from '@anshi/contracts';

/** An observation without people, for what is recorded without a frame. @param at milliseconds since the epoch. */
export const emptyObservation = (
  { id, picture: [width, height] }: Pick<CameraConfig, 'id' | 'picture'>,
  at: number,
): Observation => ({
  camera: id,
  at: new Date(at).toISOString(),
  width,
  height,
  people: [],
  parts: [],
  machines: [],
});
