import { systemCaller } from '../access/caller.ts';
import { type Loop, startLoop } from '../feed/loop.ts';
import type { Module } from '../http/app-types.ts';
import { matches } from '../outbox/events.ts';
import { countDead, replayNext } from './letters.ts';
import { feedOfConsumer, registerConsumers } from './reader.ts';
import { deadLettersModule } from './routes.ts';
import { createDeadLetters } from './service.ts';
import type { Consumer, ConsumerParts, Consumers } from './types.ts';
import { watchConsumers } from './watch.ts';

/** Poll interval of the watch over all consumers, ms. */
const EVERY_MS = 1_000;
/** A consumer by itself polls so much less often: the watch notifies it of unread events. */
const FALLBACK = 30;
const NAME = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;
const NAME_MAX = 48;

export interface OpenConsumers extends Consumers {
  /** The service of the dead letters. */
  module: Module;
  /**
   * Records the start position of new consumers before the first request, so that no later event is
   * missed. If the database is unavailable, the first poll does it.
   */
  register(): Promise<void>;
  start(): void;
  /** Polls at once where one of the types has a consumer. */
  nudge(types: readonly string[]): void;
  /** Waits for running handlers, and starts no more. */
  close(): Promise<void>;
}

/**
 * Opens the consumers of a process. Each has its own loop, so that a slow one does not block
 * others; of several processes one runs a consumer at a time. Polls are those of one watch: dozens of
 * consumers that poll cost more than their events.
 *
 * @param everyMs poll interval where no event commits.
 */
export function openConsumers(parts: ConsumerParts, everyMs = EVERY_MS): OpenConsumers {
  const { units, features, metrics, tenant, log } = parts;
  const consumers = new Map<string, Consumer>();
  const loops = new Map<string, Loop>();

  /** Shared by all loops, which start at the same time; retried after a failure. */
  let registration: Promise<void> | null = null;
  function register(): Promise<void> {
    registration ??= units
      .run(systemCaller(tenant), ({ tx }) => registerConsumers(tx, tenant, [...consumers.values()]))
      .catch((error: unknown) => {
        registration = null;
        throw error;
      });
    return registration;
  }

  function loopOf(consumer: Consumer): Loop {
    const feed = feedOfConsumer(parts, consumer);
    return startLoop({
      name: `consumer ${consumer.name}`,
      log,
      everyMs: FALLBACK * everyMs,
      async pass() {
        await register();
        return feed.pass();
      },
    });
  }
  /** Notifies consumers of events that other processes committed, or that are to be retried. */
  let watch: Loop | null = null;
  function startWatch(): Loop {
    const look = watchConsumers(parts, [...consumers.values()]);
    let settling = false;
    return startLoop({
      name: 'consumers',
      log,
      everyMs,
      async pass() {
        await register();
        const { waiting, isSettled } = await look();
        for (const name of waiting) loops.get(name)?.nudge();
        // Once: what writes for long is waited for at the usual interval.
        if (!isSettled && !settling) watch?.nudge();
        settling = !isSettled;
        return false;
      },
    });
  }
  /** One for the replays of all consumers. */
  let replays: Loop | null = null;
  const startReplays = () =>
    startLoop({
      name: 'dead letters',
      log,
      everyMs,
      async pass() {
        const replayed = await replayNext(parts, consumers);
        metrics.deadLetters.set(await countDead(parts));
        return replayed;
      },
    });
  return {
    module: deadLettersModule(
      createDeadLetters({ database: parts.database, units, nudge: () => replays?.nudge() }),
    ),
    on(consumer) {
      const { name, feature } = consumer;
      if (!NAME.test(name) || name.length > NAME_MAX) {
        throw new Error(
          `the consumer "${name}" needs a name such as users.person-left, of at most ${NAME_MAX} characters`,
        );
      }
      if (consumers.has(name)) throw new Error(`two consumers have the name "${name}"`);
      if (feature !== undefined && !features.catalogue.some(({ id }) => id === feature)) {
        throw new Error(
          `the consumer "${name}" names the feature "${feature}", which no module declares`,
        );
      }
      consumers.set(name, consumer);
    },
    register,
    start() {
      for (const consumer of consumers.values()) loops.set(consumer.name, loopOf(consumer));
      watch = startWatch();
      // Notifies those with unread events.
      watch.nudge();
      replays = startReplays();
    },
    nudge(types) {
      for (const [name, loop] of loops) {
        const wanted = consumers.get(name)?.types ?? [];
        if (types.some((type) => wanted.some((one) => matches(one, type)))) loop.nudge();
      }
      watch?.nudge();
    },
    async close() {
      await Promise.all([...loops.values(), watch, replays].map((loop) => loop?.close()));
    },
  };
}
