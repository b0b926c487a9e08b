import type { Severity } from '../types.ts';

/** A channel's message: one notice, or the morning digest. */
export interface Message {
  tenant: string;
  /** The recipient: a user, or a robot. */
  recipient: string;
  language: 'zh' | 'en';
  digest: boolean;
  notices: readonly Told[];
}

export interface Told {
  id: string;
  kind: string;
  severity: Severity;
  title: { zh: string; en: string };
  body: { zh: string; en: string };
  link: string | null;
  at: Date;
}

export type Outcome =
  | { result: 'sent'; detail?: string }
  /** No target, such as no address; a retry would not help. */
  | { result: 'skipped'; detail: string }
  | { result: 'failed'; detail: string }
  /** Transient: retried later, in `seconds` where the other side says when. */
  | { result: 'later'; detail: string; seconds?: number };

/** A notice channel. */
export interface Sender {
  /** Null where it can send, else what is missing, for administrators. */
  lacks(): { zh: string; en: string } | null;
  send(message: Message): Promise<Outcome>;
}
