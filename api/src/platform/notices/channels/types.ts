import type { Severity } from '../types.ts';

/** What a channel sends: one notice, or the digest of those that waited for the morning. */
export interface Message {
  tenant: string;
  /** Whose it is: a user, or a robot. */
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
  /** Nothing to send to, such as no address; trying again would not help. */
  | { result: 'skipped'; detail: string }
  | { result: 'failed'; detail: string }
  /** Not now: tried again later, in `seconds` where the other side says when. */
  | { result: 'later'; detail: string; seconds?: number };

/** A way out of the app. */
export interface Sender {
  /** Null where it can send, else what it lacks, for administrators. */
  lacks(): { zh: string; en: string } | null;
  send(message: Message): Promise<Outcome>;
}
