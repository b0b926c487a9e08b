import type { CameraConfig } from '@anshi/contracts';
import type { WhichAddress } from './address-choice.ts';

/** An address of a camera; one that it does not have is the first. */
export function addressOf(config: CameraConfig, which: WhichAddress | 'substream'): string {
  const other = { first: undefined, second: config.secondUrl, substream: config.substream }[which];
  return other ?? config.url;
}

const differ =
  (partsOf: (config: CameraConfig) => unknown[]) =>
  (before: CameraConfig, now: CameraConfig): boolean =>
    JSON.stringify(partsOf(before)) !== JSON.stringify(partsOf(now));

/** Whether the camera has to be connected again. */
export const isOtherInput = differ((c) => [
  c.url,
  c.secondUrl,
  c.tls,
  c.transport,
  c.analysisFps,
  c.picture,
  c.enabled,
]);

/** Whether its substream has to be connected again. */
export const isOtherSubstream = differ((c) => [c.substream, c.tls, c.transport, c.enabled]);

/** Whether it may show another view. */
export const isOtherView = differ((c) => [c.url, c.picture, c.zones, c.lines, c.calibration]);

/** What works and should not stay as it is. */
export const warningsOf = ({ id, tls }: CameraConfig): string[] =>
  tls?.verify === false
    ? [
        `camera "${id}": its certificate is not checked (tls.verify: false), another device may answer in its place; name its CA by tls.ca`,
      ]
    : [];
