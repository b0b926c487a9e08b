import { createHash } from 'node:crypto';
import type { EdgeEntry } from '@anshi/contracts';

/** What a reader or a PLC asks. */
export interface EdgeAsked {
  readonly key: string;
  readonly kind: EdgeEntry['kind'];
  readonly target: string;
  readonly card: string | null;
  readonly plate: string | null;
  readonly at: string;
  /** The request as it came. */
  readonly body: string;
}

export interface EdgeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An answer that is no decision, as the API gives it. */
export const refusal = (status: number, code: string, title: string): EdgeAnswer => ({
  status,
  body: { status, code, title },
});

/** The public reason where there is no valid permit. */
export const askSupervisor = {
  code: 'ask-supervisor',
  text: { zh: '请主管确认。', en: 'Your supervisor has to confirm it.' },
};

export const keyTaken = () =>
  refusal(409, 'gate.key-taken', 'The idempotency key was used for another request');

/** What a key stands for: the same request is answered as before. */
export const digestOf = ({ kind, target, card, at, body }: EdgeAsked): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, target, card, at, body]))
    .digest('hex');
