import type { ModuleFacts } from '../../platform/facts.ts';
import { chain } from './chain.ts';

export const facts: ModuleFacts = { chain };
