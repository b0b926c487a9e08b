import { outsideSpans } from '@anshi/contracts/tracing';
import type { Logger } from 'pino';

/** Debounce of a burst: a poll costs more than its rows. */
const REST_MS = 250;

/** A polling loop that also runs when notified. */
export interface Loop {
  /** Triggers a poll: at once, in a burst four times per second. */
  nudge(): void;
  /** Waits for the running poll, and starts no more. */
  close(): Promise<void>;
}

/**
 * @param options.pass one poll; returns whether there is more work.
 * @param options.everyMs poll interval without notifications.
 */
export function startLoop(options: {
  name: string;
  log: Logger;
  everyMs: number;
  pass: () => Promise<boolean>;
}): Loop {
  const { name, log, everyMs, pass } = options;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let nudged = false;
  let closed = false;
  let failures = 0;
  let begun = -REST_MS;
  /** Delay before the next poll may start. */
  const rest = () => Math.max(0, begun + REST_MS - performance.now());

  function later(ms: number): void {
    if (closed || running) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      // The first notification of a burst is followed by others.
      running = outsideSpans(run).finally(() => {
        running = null;
        later(nudged ? rest() : Math.min(60_000, everyMs * 2 ** Math.min(failures, 6)));
      });
    }, ms);
    timer.unref();
  }

  async function run(): Promise<void> {
    begun = performance.now();
    try {
      do nudged = false;
      while ((await pass()) && !closed);
      failures = 0;
    } catch (error) {
      // Only the first failure of an outage is logged.
      if (!closed && failures++ === 0) log.warn({ err: error, name }, 'a poll failed');
    }
  }

  later(everyMs);
  return {
    nudge() {
      if (nudged) return;
      nudged = true;
      // During an outage notifications do not shorten the interval.
      if (failures === 0) later(rest());
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
