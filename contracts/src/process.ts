import { z } from 'zod';

/**
 * Lifecycle of a child process. The parent starts it with an IPC channel, waits for `ready`, and
 * stops it by SIGTERM. If the parent dies, even by SIGKILL, the channel closes and the process
 * stops by itself, so that no orphan is left.
 */
export interface ReadyMessage {
  kind: 'ready';
  /** Details for the parent: allocated ports, addresses. */
  details: Record<string, string | number>;
}

/** Tells the parent, if there is one, that this process is ready. */
export function announceReady(details: ReadyMessage['details'] = {}): void {
  const message: ReadyMessage = { kind: 'ready', details };
  process.send?.(message);
}

/**
 * Runs `stop` once on SIGTERM, SIGINT or the death of the parent, then exits with 0; with 1 where
 * it fails or takes longer than `graceMs`.
 */
export function onShutdown(stop: (why: string) => Promise<void>, graceMs = 10_000): void {
  let stopping = false;
  const begin = (why: string) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), graceMs).unref();
    stop(why).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
  if (process.send) process.on('disconnect', () => begin('the parent process is gone'));
}

/** Missing or invalid settings; the message names each variable and its format. */
export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(`these environment variables need attention:\n${problems.join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads settings from environment variables. An empty variable counts as unset.
 *
 * @param schema an object schema whose keys are the variables' names.
 * @throws SettingsError with all problems at once.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`),
  );
}

/** A boolean setting: 1, true, yes, on or 0, false, no, off. */
export const flag = z.stringbool({
  truthy: ['1', 'true', 'yes', 'on'],
  falsy: ['0', 'false', 'no', 'off'],
});
