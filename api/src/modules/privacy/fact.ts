import type { Compliance } from './schema.ts';

/** A check and its result. */
export type Fact = Pick<Compliance['items'][0]['facts'][0], 'ok' | 'text'>;
export const fact = (ok: boolean, zh: string, en: string): Fact => ({ ok, text: { zh, en } });
