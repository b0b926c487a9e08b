import type { ModuleFacts } from '../../platform/facts.ts';
import { timeline } from './timeline.ts';

/** The positions themselves are facts of `locations`: they are exported, purged and erased there. */
export const facts: ModuleFacts = { timeline };
