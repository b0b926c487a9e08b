import { z } from 'zod';
import { instant } from '../primitives.ts';

/** What a worker and the API add to what they tell each other (contracts/src/bus/signature.ts). */
export const signed = {
  signedat: instant.describe('When it was signed: each time that it is sent.'),
  signature: z
    .string()
    .describe(
      'The last member: HMAC-SHA256, in hexadecimal, over `anshi-bus-2`, a line feed, the topic, a line feed and the bytes of the message before `,"signature"`, with ANSHI_BUS_KEY of the worker, as text, as the key. `signedat` is the member before it.',
    ),
};

export const worker = { name: 'worker', description: 'Id of the worker.' };
