import type { Logger } from 'pino';
import type { Bus } from '../publish/bus.ts';
import { withoutHandles } from '../publish/outbox-entry.ts';
import type { Records } from '../records.ts';
import type { WorkerSettings } from '../settings.ts';
import { openHandOverFile } from './hand-over-file.ts';
import { Naming, type NamingOptions } from './naming.ts';

export type { Naming } from './naming.ts';

/**
 * Names of a worker, whose events go to its records.
 *
 * @param records of the worker; undefined until they are opened.
 * @param bus of the worker, once it is open.
 * @param now milliseconds of wall time.
 */
export function openNaming(
  settings: NamingOptions['settings'] & Pick<WorkerSettings, 'ANSHI_WORKER_DIR'>,
  log: Logger,
  records: () => Pick<Records, 'recorder' | 'outbox'> | undefined,
  bus: () => Pick<Bus, 'alone' | 'handOver' | 'named'>,
  now: () => number = Date.now,
): Naming {
  const own = log.child({ part: 'names' });
  const failed = (err: unknown) => own.error({ err }, 'a change of a name could not be recorded');
  return new Naming({
    settings,
    now,
    log: own,
    onAlone: (said) => bus().alone(said),
    onNamed: (said) => bus().named(said),
    onHandOver: (said) => bus().handOver(said),
    handOvers: openHandOverFile(settings.ANSHI_WORKER_DIR, own),
    onStatement: (camera, statement) =>
      void records()?.recorder.identified(camera, statement).catch(failed),
    onForgotten: (isWithdrawn) =>
      void records()
        ?.outbox.rewrite((event) => withoutHandles(event, isWithdrawn))
        .catch(failed),
  });
}
