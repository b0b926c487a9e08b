import { letHeapGrow } from '@anshi/contracts/heap-growth';
import { logDestination } from '@anshi/contracts/log';
import { packPacketLengths } from '@anshi/contracts/packet-lengths';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown } from '@anshi/contracts/process';
import { startTracing, traceFields } from '@anshi/contracts/tracing';
import { pino } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { workerSettings } from './settings.ts';
import { VisionWorker } from './worker.ts';

/** Entry of the vision worker process. */
async function main(): Promise<void> {
  keepFilesPrivate();
  letHeapGrow();
  packPacketLengths();
  const settings = workerSettings(process.env);
  const options = {
    level: settings.ANSHI_LOG_LEVEL,
    base: { process: 'vision', worker: settings.ANSHI_WORKER_ID },
    mixin: traceFields,
  };
  const log = pino(options, logDestination());
  const tracing = await startTracing(
    process.env,
    {
      service: 'anshi-vision',
      instance: settings.ANSHI_WORKER_ID,
      version: packageJson.version,
    },
    (why) => log.warn({ why }, 'traces are not taken by their receiver'),
  );
  // A fault of one camera or viewer must not end the others; it is logged.
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  const starting = VisionWorker.start(settings, log);
  onShutdown(async (why) => {
    log.info({ why }, 'stopping');
    await (await starting).stop();
    await tracing.close();
  });
  const worker = await starting;
  log.info({ http: worker.http }, 'ready');
  announceReady({ http: worker.http });
}

main().catch((error: unknown) => {
  // A plain error says what to correct; any other is a defect and needs its stack.
  const plain = error instanceof Error && ['Error', 'SettingsError'].includes(error.name);
  console.error(plain && !process.env.ANSHI_TRACE ? error.message : error);
  process.exit(1);
});
