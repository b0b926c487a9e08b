import { type Channel, kindOf, severityRank } from './kinds.ts';
import { quietUntil } from './quiet-hours.ts';
import type { Severity } from './types.ts';

/** How a person hears of things; what they never set is the default. */
export interface Profile {
  language: 'zh' | 'en';
  email: string | null;
  /** Whether its owner has shown that mail arrives there; nothing is sent there before. */
  emailConfirmed: boolean;
  timeZone: string;
  /** HH:MM of each day, in the time zone; null where there are none. */
  quiet: { from: string; to: string } | null;
  /** Nothing below it leaves the app. */
  threshold: Record<Channel, Severity>;
}

/** Choices by kind and channel: `hazard.assigned push` -> true. `*` is every kind without a choice. */
export type Choices = ReadonlyMap<string, boolean>;

export const choiceKey = (kind: string, channel: string): string => `${kind} ${channel}`;

export type Decision =
  | { do: 'send' }
  /** Waits for the end of quiet hours, and goes out with the others in one digest. */
  | { do: 'hold'; until: Date }
  | { do: 'skip'; why: 'switched-off' | 'below-threshold' };

/**
 * Decides what becomes of one notice for one person on one channel.
 *
 * The person's own choice of the kind counts before their choice of all kinds, that before the
 * tenant's rules, and those before the defaults. What is critical goes out at once whatever was
 * chosen: it tells of danger to people.
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
