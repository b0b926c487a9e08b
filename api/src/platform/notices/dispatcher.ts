import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import { isDatabaseUnavailable } from '../errors.ts';
import type { Message, Outcome, Sender } from './channels/types.ts';
import { type Result, settleAbandoned, type Taken, takeDue, writeResult } from './deliveries.ts';
import { type Profiles, TENANT_RULES } from './profiles.ts';
import { type Choices, decide, type Profile } from './rules.ts';

export type Senders = Record<Taken['channel'], Sender>;

/** Waits before the second try, the third … */
const RETRY_SECONDS = [10, 60, 300, 1800, 7200];
const AT_ONCE = 20;
const LANES = 4;

export interface Dispatcher {
  /** There is something new to send. */
  wake(): void;
  /** Resolves when what is being sent has been sent. */
  close(): Promise<void>;
}

/**
 * Sends the notices of a tenant by the channels that leave the app, after their commit. Any number
 * of processes may do so at once; each sending is taken by one of them.
 *
 * @param options.everyMs how often it looks without being woken: for retries, the end of quiet
 *   hours, and what a process that has ended left behind.
 */
export function startDispatcher(options: {
  database: Database;
  tenant: string;
  senders: Senders;
  profiles: Profiles;
  log: Logger;
  everyMs?: number;
  now?: () => Date;
}): Dispatcher {
  const { database, tenant, senders, profiles, log } = options;
  const now = options.now ?? (() => new Date());
  const under = <R>(work: Parameters<typeof database.transaction<R>>[1]) =>
    database.transaction({ tenant, user: null }, work);
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;

  async function round(): Promise<void> {
    await under(settleAbandoned);
    for (;;) {
      const taken = await under((tx) => takeDue(tx, AT_ONCE));
      if (taken.length === 0) return;
      const groups = groupUp(taken);
      // A mail server that hangs holds up one lane, not all.
      const lane = async () => {
        for (let group = groups.shift(); group; group = groups.shift()) await handle(group);
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      if (closed) return;
    }
  }

  /** One sending, or those of one digest. */
  async function handle(group: readonly Taken[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    const { channel, recipient } = first;
    const sender = senders[channel];
    if (sender.lacks()) return write(group, { state: 'skipped', detail: 'not-configured' });
    let language: 'zh' | 'en' = 'zh';
    let chosen = group;
    if (channel !== 'robot') {
      const known = await under(async (tx) => ({
        user: await tx.appUser.findFirst({ where: { id: recipient, active: true } }),
        profile: await profiles.read(tx, tenant, recipient),
        own: await profiles.choices(tx, recipient),
        rules: await profiles.choices(tx, TENANT_RULES),
      }));
      if (!known.user) return write(group, { state: 'skipped', detail: 'no-account' });
      language = known.profile.language;
      chosen = await choose(group, channel, known);
    }
    if (chosen.length === 0) return;
    const message: Message = {
      tenant,
      recipient,
      language,
      digest: first.digest && chosen.length > 1,
      notices: chosen.map((taken) => ({ id: taken.noticeId, ...taken })),
    };
    const outcome = await sender
      .send(message)
      .catch((error: Error): Outcome => ({ result: 'later', detail: error.message }));
    await write(chosen, resultOf(outcome, first.attempts));
    if (outcome.result === 'failed') {
      log.warn({ channel, recipient, why: outcome.detail }, 'a notice was not sent');
    }
  }

  /** Puts aside what the person does not want, or not now. */
  async function choose(
    group: readonly Taken[],
    channel: 'push' | 'email',
    known: { profile: Profile; own: Choices; rules: Choices },
  ): Promise<Taken[]> {
    const chosen: Taken[] = [];
    for (const taken of group) {
      const { kind, severity } = taken;
      const decision = decide({ kind, severity, channel, ...known, now: now() });
      if (decision.do === 'send') chosen.push(taken);
      else if (decision.do === 'skip') {
        await write([taken], { state: 'skipped', detail: decision.why });
      } else {
        const nextAt = decision.until;
        await write([taken], { state: 'held', detail: 'quiet-hours', nextAt, digest: true });
      }
    }
    return chosen;
  }

  const write = (taken: readonly Taken[], result: Result) =>
    under((tx) => writeResult(tx, taken, result));

  function resultOf(outcome: Outcome, attempts: number): Result {
    const detail = outcome.detail ?? null;
    if (outcome.result !== 'later') return { state: outcome.result, detail };
    const wait = RETRY_SECONDS[attempts - 1];
    if (wait === undefined) return { state: 'failed', detail };
    const seconds = Math.min(Math.max(wait, outcome.seconds ?? 0), 7200);
    return { state: 'waiting', detail, nextAt: new Date(now().getTime() + seconds * 1000) };
  }

  function look(): void {
    if (closed) return;
    if (running) {
      again = true;
      return;
    }
    running = round()
      .catch((error: unknown) => {
        if (isDatabaseUnavailable(error)) return;
        log.error({ err: error }, 'notices were not sent; tried again soon');
      })
      .finally(() => {
        running = null;
        if (!again) return;
        again = false;
        look();
      });
  }

  const timer = setInterval(look, options.everyMs ?? 5_000);
  timer.unref();
  return {
    wake: look,
    async close() {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** What waited for the morning goes out as one for each person and channel. */
function groupUp(taken: readonly Taken[]): Taken[][] {
  const groups = new Map<string, Taken[]>();
  for (const one of taken) {
    const { channel, recipient, noticeId } = one;
    const key = `${channel} ${recipient} ${one.digest ? 'digest' : noticeId}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}
