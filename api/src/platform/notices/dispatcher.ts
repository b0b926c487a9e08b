import type { Logger } from 'pino';
import type { Database, Transaction } from '../db/database.ts';
import { isDatabaseUnavailable } from '../db/database-errors.ts';
import type { Message, Outcome, Sender } from './channels/types.ts';
import {
  type Result,
  type Settled,
  settleAbandoned,
  type Taken,
  takeDue,
  writeResults,
} from './deliveries.ts';
import { type Profiles, TENANT_RULES } from './profiles.ts';
import { type Choices, decide, type Profile } from './rules.ts';
import { withBrowser } from './subscriptions.ts';
import { type PlainTimes, plainWords } from './times.ts';

export type Senders = Record<Taken['channel'], Sender>;

/** Retry delays. */
const RETRY_SECONDS = [10, 60, 300, 1800, 7200];
/** Timeout of the slowest mail server, shorter than the lease. */
const AT_ONCE = 50;
const LANES = 4;
/** Debounce of a burst: a poll costs more than its rows. */
const REST_MS = 100;

/** A recipient's data for the decision. */
interface Person {
  profile: Profile;
  own: Choices;
  /** Rules of the tenant. */
  rules: Choices;
  /** Whether a browser of theirs has a push subscription. */
  browsers: boolean;
}

/** One delivery, or those of one digest. */
interface Group {
  chosen: readonly Taken[];
  language: 'zh' | 'en';
  times: PlainTimes;
}

export interface Dispatcher {
  /** There are new deliveries. */
  wake(): void;
  /** Resolves when the current deliveries are done. */
  close(): Promise<void>;
}

/**
 * Sends a tenant's notices by external channels, after their commit. Any number of processes may
 * run at once; each delivery is claimed by one.
 *
 * @param options.everyMs poll interval: for retries, the end of quiet hours, and claims of dead
 *   processes.
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
      const groups = await settleAtOnce(taken);
      // A hanging mail server blocks one lane only.
      const lane = async () => {
        for (let group = groups.shift(); group; group = groups.shift()) await handle(group);
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      if (closed) return;
    }
  }

  /**
   * Settles in one transaction deliveries without a target: not configured, not wanted by the
   * person, deferred, or without a browser.
   *
   * @returns the deliveries to send: single ones, or those of one digest.
   */
  function settleAtOnce(taken: readonly Taken[]): Promise<Group[]> {
    return under(async (tx) => {
      const timeZone = await profiles.plantZone(tx);
      const people = await findPeople(tx, taken, timeZone);
      const groups: Group[] = [];
      const settled: Settled[] = [];
      for (const group of groupUp(taken)) {
        const { channel, recipient } = group[0]!;
        const skip = (why: string) => settled.push([group, { state: 'skipped', detail: why }]);
        const person = people.get(recipient) ?? (people.has(recipient) ? 'unreadable' : null);
        if (senders[channel].lacks()) skip('not-configured');
        else if (channel === 'robot') {
          // Who reads a group is not known.
          groups.push({ chosen: group, language: 'zh', times: { timeZone, reader: null } });
        } else if (person === null) skip('no-account');
        // Stays claimed, and is retried with the abandoned ones.
        else if (person === 'unreadable') continue;
        else {
          const { profile, browsers } = person;
          const chosen = choose(group, channel, person, settled);
          if (chosen.length === 0) continue;
          if (channel === 'push' && !browsers) {
            settled.push([chosen, { state: 'skipped', detail: 'no-browser' }]);
          } else {
            const times = { timeZone, reader: profile.timeZone };
            groups.push({ chosen, language: profile.language, times });
          }
        }
      }
      await writeResults(tx, settled);
      return groups;
    });
  }

  /** The recipients that still have an account, with their preferences. */
  async function findPeople(
    tx: Transaction,
    taken: readonly Taken[],
    plantZone: string,
  ): Promise<Map<string, Person | null>> {
    const ids = taken.flatMap(({ channel, recipient }) => (channel === 'robot' ? [] : [recipient]));
    const users = await tx.appUser.findMany({
      where: { id: { in: [...new Set(ids)] }, active: true },
      select: { id: true },
    });
    if (users.length === 0) return new Map();
    const rules = await profiles.choices(tx, TENANT_RULES);
    const reachable = await withBrowser(tx, ids);
    const people = new Map<string, Person | null>();
    for (const { id } of users) {
      const own = await profiles.choices(tx, id);
      const profile = await profiles.read(tx, tenant, id, plantZone).catch((error: unknown) => {
        if (isDatabaseUnavailable(error)) throw error;
        log.error({ err: error, user: id }, 'how a person hears of things cannot be read');
        return null;
      });
      people.set(id, profile && { profile, own, rules, browsers: reachable.has(id) });
    }
    return people;
  }

  /** Sends one, or those of one digest. */
  async function handle({ chosen, language, times }: Group): Promise<void> {
    const [first] = chosen;
    if (!first) return;
    const { channel, recipient } = first;
    const message: Message = {
      tenant,
      recipient,
      language,
      digest: first.digest && chosen.length > 1,
      notices: chosen.map((taken) => ({
        ...taken,
        id: taken.noticeId,
        title: plainWords(taken.title, times),
        body: plainWords(taken.body, times),
      })),
    };
    const outcome = await senders[channel]
      .send(message)
      .catch((error: Error): Outcome => ({ result: 'later', detail: error.message }));
    await under((tx) => writeResults(tx, [[chosen, resultOf(outcome, first.attempts)]]));
    if (outcome.result === 'failed') {
      log.warn({ channel, recipient, why: outcome.detail }, 'a notice was not sent');
    }
  }

  /** Sets aside deliveries that the person does not want, or not now. */
  function choose(
    group: readonly Taken[],
    channel: 'push' | 'email',
    person: Person,
    settled: Settled[],
  ): Taken[] {
    const chosen: Taken[] = [];
    for (const taken of group) {
      const { kind, severity } = taken;
      const decision = decide({ kind, severity, channel, ...person, now: now() });
      if (decision.do === 'send') chosen.push(taken);
      else if (decision.do === 'skip') {
        settled.push([[taken], { state: 'skipped', detail: decision.why }]);
      } else {
        const nextAt = decision.until;
        settled.push([[taken], { state: 'held', detail: 'quiet-hours', nextAt, digest: true }]);
      }
    }
    return chosen;
  }

  function resultOf(outcome: Outcome, attempts: number): Result {
    const detail = outcome.detail ?? null;
    if (outcome.result !== 'later') return { state: outcome.result, detail };
    const wait = RETRY_SECONDS[attempts - 1];
    if (wait === undefined) return { state: 'failed', detail };
    const seconds = Math.min(Math.max(wait, outcome.seconds ?? 0), 7200);
    return { state: 'waiting', detail, nextAt: new Date(now().getTime() + seconds * 1000) };
  }

  let begun = -REST_MS;
  let soon: NodeJS.Timeout | undefined;

  /** At once, but in a burst at most every {@link REST_MS}. */
  function wake(): void {
    if (soon) return;
    const rest = begun + REST_MS - performance.now();
    if (rest <= 0) look();
    else soon = setTimeout(look, rest).unref();
  }

  function look(): void {
    clearTimeout(soon);
    soon = undefined;
    if (closed) return;
    if (running) {
      again = true;
      return;
    }
    begun = performance.now();
    running = round()
      .catch((error: unknown) => {
        if (isDatabaseUnavailable(error)) return;
        log.error({ err: error }, 'notices were not sent; retried soon');
      })
      .finally(() => {
        running = null;
        if (!again) return;
        again = false;
        wake();
      });
  }

  const timer = setInterval(look, options.everyMs ?? 5_000);
  timer.unref();
  return {
    wake,
    async close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(soon);
      await running;
    },
  };
}

/** Deferred deliveries are sent as one digest per person and channel. */
function groupUp(taken: readonly Taken[]): Taken[][] {
  const groups = new Map<string, Taken[]>();
  for (const one of taken) {
    const { channel, recipient, noticeId } = one;
    const key = `${channel} ${recipient} ${one.digest ? 'digest' : noticeId}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}
