import { type Channel, kindOf, severityRank } from './kinds.ts';
import { quietUntil } from './quiet-hours.ts';
import type { Severity } from './types.ts';

/** A person's notice settings; unset ones have defaults. */
export interface Profile {
  language: 'zh' | 'en';
  email: string | null;
  /** Whether its owner has confirmed it; nothing is sent before. */
  emailConfirmed: boolean;
  timeZone: string;
  /** HH:MM of each day, in the time zone; null for none. */
  quiet: { from: string; to: string } | null;
  /** Lower severities stay in the app. */
  threshold: Record<Channel, Severity>;
}

/**
 * Preferences by kind and channel: `hazard.assigned push` -> true. `*` is every kind without its
 * own.
 */
export type Choices = ReadonlyMap<string, boolean>;

export const choiceKey = (kind: string, channel: string): string => `${kind} ${channel}`;

export type Decision =
  | { do: 'send' }
  /** Deferred to the end of quiet hours, and sent with the others in one digest. */
  | { do: 'hold'; until: Date }
  | { do: 'skip'; why: 'switched-off' | 'below-threshold' };

/**
 * Decides the delivery of one notice to one person on one channel.
 *
 * Precedence: the person's preference for the kind, for all kinds, the tenant's rules, the
 * defaults. Critical notices are always sent at once: they concern danger to people.
 */
export function decide(options: {
  kind: string;
  severity: Severity;
  channel: Channel;
  profile: Profile;
  own: Choices;
  rules: Choices;
  now: Date;
}): Decision {
  const { kind, severity, channel, profile, own, rules, now } = options;
  if (severity === 'critical') return { do: 'send' };
  const chosen =
    own.get(choiceKey(kind, channel)) ??
    own.get(choiceKey('*', channel)) ??
    rules.get(choiceKey(kind, channel)) ??
    rules.get(choiceKey('*', channel)) ??
    isUsual(kind, severity, channel);
  if (!chosen) return { do: 'skip', why: 'switched-off' };
  if (severityRank(severity) < severityRank(profile.threshold[channel])) {
    return { do: 'skip', why: 'below-threshold' };
  }
  const until = profile.quiet && quietUntil(profile.quiet, profile.timeZone, now);
  return until ? { do: 'hold', until } : { do: 'send' };
}

function isUsual(kind: string, severity: Severity, channel: Channel): boolean {
  const from = kindOf(kind).from[channel];
  return from !== null && severityRank(severity) >= severityRank(from);
}
