import { applyPresetTypes } from './preset-types.ts';

export { seedDictionaries as seed } from './dictionaries.ts';

/** Types of hazards lie in a table of their own. */
export const applyWords = { 'hazard-type': applyPresetTypes };
