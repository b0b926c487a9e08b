import type { Open } from '../../platform/module.ts';
import { createTrackNames } from './track-names.ts';

/** Names of people in live pictures, for the accounts that may see them. */
export const open: Open = (platform) => {
  const names = createTrackNames(platform);
  return { register: () => {}, close: () => names.close() };
};
