import { outsideSpans } from '@anshi/contracts/tracing';
import type { Logger } from 'pino';

/** What comes in a burst waits for what comes with it: a look costs more than what it finds. */
const REST_MS = 100;

/** Work that looks for something to do every so often, and at once when it is told of some. */
export interface Loop {
  /** There may be something now: it is looked for at once, in a burst ten times a second. */
  nudge(): void;
  /** Waits for the pass that runs, and begins no other. */
  close(): Promise<void>;
}

/**
 * @param options.pass one look; it says whether there is more to do at once.
 * @param options.everyMs between two looks where nobody nudges.
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
  /** How long until the next look may begin. */
  const rest = () => Math.max(0, begun + REST_MS - performance.now());

  function later(ms: number): void {
    if (closed || running) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      // Whoever nudged is only the first of those that it is for.
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
      // The first is told; the rest of an outage is not news.
      if (!closed && failures++ === 0) log.warn({ err: error, name }, 'this look failed');
    }
  }

  later(everyMs);
  return {
    nudge() {
      if (nudged) return;
      nudged = true;
      // After an outage it keeps its pace: whoever nudges cannot know.
      if (failures === 0) later(rest());
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
