import type { ModuleFacts } from '../facts.ts';
import { chain } from './chain.ts';

export const facts: ModuleFacts = { chain };
