import { join } from 'node:path';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { onShutdown, SettingsError } from '@anshi/contracts/process';
import { lockDataDir, prepareDataDir } from './data-dir.ts';
import { makeMediasoupWorker } from './mediasoup-worker.ts';
import { Plant } from './plant.ts';
import { demoParts, type PartName } from './plant-options.ts';
import { freePorts, requirePort } from './ports.ts';
import { PlantProblem } from './problem.ts';
import { readPlantSettings, type Settings, unknownSettings } from './settings.ts';

const began = Number(process.env.START_BEGAN ?? Date.now());

/** One line for the person at the terminal. */
function say(text: string): void {
  console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s] ${text}`);
}

const titles: Partial<Record<PartName, string>> = {
  database: 'database',
  broker: 'message broker',
  api: 'API and dashboard',
  simulator: 'simulated plant',
  gateway: 'gateway',
  vision: 'vision worker',
};
const titleOf = (part: PartName) => titles[part] ?? part;

function partsOf(settings: Settings): PartName[] {
  const embedded = settings.DATABASE_URL === undefined;
  const isSimulated = settings.ANSHI_SIMULATOR ?? embedded;
  const wanted: Partial<Record<PartName, boolean>> = {
    database: embedded,
    broker: settings.ANSHI_MQTT_URL === undefined,
    simulator: isSimulated,
    // Its point is one of the demonstration: the API refuses its credential elsewhere.
    gateway: isSimulated && (settings.ANSHI_DEMO ?? embedded),
  };
  return demoParts.filter((part) => wanted[part] ?? true);
}

async function start(): Promise<void> {
  keepFilesPrivate();
  const settings = readPlantSettings(process.env);
  for (const name of unknownSettings(process.env)) say(`note: there is no setting ${name}`);
  const dataDir = prepareDataDir(settings.ANSHI_DATA_DIR);
  const host = settings.ANSHI_HTTP_HOST;
  const port = settings.ANSHI_HTTP_PORT || ((await freePorts(1))[0] as number);
  const lock = lockDataDir(dataDir, `http://${host}:${port}`);
  process.on('exit', () => lock.release());
  if (lock.wasStale) say('the last run was not stopped in order; its data folder is taken over');
  await requirePort(port, host, lock.wasStale ? 10_000 : 0);

  const plant = await Plant.create({
    dataDir,
    httpPort: port,
    httpHost: host,
    cameras: settings.ANSHI_CAMERAS,
    env: { api: { ANSHI_DEMO_RECORDS: '1' }, simulator: { ANSHI_SIM_UNSIGNED_RUN: '1' } },
    parts: partsOf(settings),
    ports: {
      database: settings.ANSHI_POSTGRES_PORT,
      broker: settings.ANSHI_MQTT_PORT,
      rtsp: settings.ANSHI_SIM_RTSP_PORT,
      control: settings.ANSHI_SIM_CONTROL_PORT,
      worker: settings.ANSHI_WORKER_HTTP_PORT,
    },
    ...given({
      databaseUrl: settings.DATABASE_URL,
      databaseAdminUrl: settings.ANSHI_DATABASE_ADMIN_URL,
      mqttUrl: settings.ANSHI_MQTT_URL,
      demo: settings.ANSHI_DEMO,
      tokenSecret: settings.ANSHI_TOKEN_SECRET,
      busSecret: settings.ANSHI_BUS_SECRET,
      workerToken: settings.ANSHI_WORKER_TOKEN,
      demoPassword: settings.ANSHI_DEMO_PASSWORD,
    }),
  });
  let stopping = false;
  let endMaking = () => {};
  const stop = async (why: string) => {
    stopping = true;
    say(`stopping (${why}) …`);
    endMaking();
    await plant.stop();
    say('stopped');
  };
  onShutdown(stop, 40_000);
  process.on('SIGHUP', () => process.emit('SIGTERM'));
  plant.on('starting', (part) => say(`starting ${titleOf(part)}`));
  plant.on('ready', (part, seconds) => say(`${titleOf(part)} ready after ${seconds.toFixed(1)} s`));
  plant.on('died', (part, how, retryMs) => {
    say(
      `${titleOf(part)} ${how}; it is started again in ${retryMs / 1000} s. Log: ${plant.logFile(part)}`,
    );
  });
  plant.on('recovered', (part) => say(`${titleOf(part)} works again`));
  try {
    await plant.start();
  } catch (error) {
    if (!stopping) throw error;
    return;
  }
  console.log(banner(plant));
  const { ANSHI_LIVE_ENGINE: engine } = settings;
  if (engine === 'node-datachannel' || engine === 'node-rtsp-stream') return;
  endMaking = makeMediasoupWorker((seconds) =>
    say(`the worker of mediasoup is ready after ${seconds} s; new live views use it`),
  );
}

/** Leaves out what is not set. */
function given<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

function banner(plant: Plant): string {
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const logins = plant.demo
    ? ['Sign in     operator, safety or admin', `Password    ${plant.demoPassword}`]
    : ['Sign in     with an account of this installation'];
  const lines = [
    `Anshi 安视 runs (started in ${seconds} s)`,
    '',
    `Open        ${plant.url}`,
    ...logins,
    `Data        ${plant.dataDir}`,
    `Logs        ${join(plant.dataDir, 'logs')}`,
    'Stop        Ctrl-C',
    ...securityLines(plant),
  ];
  const rule = '─'.repeat(64);
  return ['', rule, ...lines.map((line) => `  ${line}`.trimEnd()), rule, ''].join('\n');
}

/** What the API found out of order, the worst first; the administration shows the whole report. */
function securityLines(plant: Plant): string[] {
  const { security } = plant.details('api');
  const open: string[] = typeof security === 'string' ? JSON.parse(security) : [];
  if (open.length === 0) return [];
  return ['', 'Security', ...[...open].sort().map((line) => `  ${line}`)];
}

// The terminal may be gone before the parts are stopped.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
try {
  await start();
} catch (error) {
  const isExpected = error instanceof PlantProblem || error instanceof SettingsError;
  console.error(isExpected ? `\nAnshi did not start: ${error.message}` : error);
  process.exit(1);
}
