import { offeredWords } from '$lib/kit/dictionary-words.ts';
import type { Kind } from './emergency-api.ts';

/** The kinds of emergencies that are offered. */
export const readKinds = (): Promise<Kind[]> => offeredWords('emergency-kind');
