import { slug } from '@anshi/contracts';
import { letHeapGrow } from '@anshi/contracts/heap-growth';
import { logDestination } from '@anshi/contracts/log';
import { packPacketLengths } from '@anshi/contracts/packet-lengths';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown, readSettings } from '@anshi/contracts/process';
import { readMqttTls } from '@anshi/contracts/tls';
import { pino } from 'pino';
import { z } from 'zod';
import { readBeacons } from './plant/beacons.ts';
import { readGates } from './plant/gate-config.ts';
import { type Simulator, startSimulator } from './simulator.ts';

const port = z.coerce.number().int().min(0).max(65_535).default(0);

/**
 * Every start shows the same scene at the same second of a minute, so several simulators are in step. The offset matters:
 * naming counts fixes of one 4 s slot of the wall clock as one observation, and with this offset the worker in the cell
 * yields the three that a name needs.
 */
const ROUNDS = { every: 60, second: 2 };

const settings = readSettings(
  z.object({
    /** Where RTSP listens; the control API listens on this machine only. */
    ANSHI_SIM_HOST: z.string().default('127.0.0.1'),
    ANSHI_SIM_RTSP_PORT: port,
    ANSHI_SIM_CONTROL_PORT: port,
    ANSHI_SIM_CLIPS: z.string().default('simulator/clips'),
    ANSHI_SIM_BADGE_SIGMA: z.coerce.number().nonnegative().max(100).default(0.3),
    ANSHI_SIM_ACTUATORS: z.string().default(''),
    ANSHI_SIM_GATES: z.string().default(''),
    ANSHI_SIM_UNSIGNED_RUN: z.enum(['', '0', '1']).default('0'),
    ANSHI_SIM_GATE_SECONDS: z.coerce.number().int().min(0).max(86_400).default(300),
    ANSHI_API_URL: z.url().optional(),
    ANSHI_SIM_SEED: z.string().default('anshi'),
    ANSHI_MQTT_URL: z.string().optional(),
    ANSHI_TENANT: slug.default('demo'),
    ANSHI_LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info'),
  }),
  process.env,
);
keepFilesPrivate();
letHeapGrow();
packPacketLengths();
const log = pino({ name: 'simulator', level: settings.ANSHI_LOG_LEVEL }, logDestination());

let simulator: Simulator | undefined;
// Before the start, so that nothing is left behind if the parent dies during it.
onShutdown(async (why) => {
  log.info({ why }, 'stopping');
  await simulator?.close();
});
try {
  simulator = await startSimulator({
    host: settings.ANSHI_SIM_HOST,
    rtspPort: settings.ANSHI_SIM_RTSP_PORT,
    controlPort: settings.ANSHI_SIM_CONTROL_PORT,
    clips: settings.ANSHI_SIM_CLIPS,
    tenant: settings.ANSHI_TENANT,
    mqttUrl: settings.ANSHI_MQTT_URL,
    mqttTls: readMqttTls(process.env),
    badgeSigma: settings.ANSHI_SIM_BADGE_SIGMA,
    lentBadge: true,
    vehicles: true,
    beacons: readBeacons(settings.ANSHI_SIM_ACTUATORS),
    gates: readGates(settings.ANSHI_SIM_GATES),
    gateSeconds: settings.ANSHI_SIM_GATE_SECONDS,
    runsUnsigned: settings.ANSHI_SIM_UNSIGNED_RUN === '1',
    apiUrl: settings.ANSHI_API_URL,
    seed: settings.ANSHI_SIM_SEED,
    rounds: ROUNDS,
    log,
  });
} catch (error) {
  log.fatal(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
const { rtspPort, controlUrl } = simulator;
log.info({ rtspPort, controlUrl }, 'the simulator is ready');
announceReady({ rtspPort, controlUrl });
