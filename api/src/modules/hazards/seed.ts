import { applyPresetTypes } from './preset-types.ts';

export { seedDictionaries as seed } from './dictionaries.ts';

/** Hazard types are in a separate table. */
export const applyWords = { 'hazard-type': applyPresetTypes };
