import { slug } from '@anshi/contracts';
import { letHeapGrow } from '@anshi/contracts/heap-growth';
import { logDestination } from '@anshi/contracts/log';
import { packPacketLengths } from '@anshi/contracts/packet-lengths';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { announceReady, onShutdown, readSettings } from '@anshi/contracts/process';
import { readMqttTls } from '@anshi/contracts/tls';
import { pino } from 'pino';
import { z } from 'zod';
import { BusAddresses } from './bus-addresses.ts';
import { loadConfig } from './config.ts';
import { type Gateway, startGateway } from './gateway.ts';

const settings = readSettings(
  z.object({
    /** Its name, as in its credential of the kind gateway. */
    ANSHI_GATEWAY_ID: slug.default('gateway-1'),
    ANSHI_TENANT: slug.default('demo'),
    /** The broker, with the user gateway-<name> and its secret. */
    ANSHI_MQTT_URL: z
      .string()
      .regex(/^(mqtts?|wss?|tcp|ssl):\/\//, 'must be an address like mqtt://127.0.0.1:1883'),
    /** The same broker in other networks, separated by commas, without a user. */
    ANSHI_MQTT_OTHER_URLS: z
      .string()
      .default('')
      .transform((text) => text.split(',').flatMap((one) => one.trim() || [])),
    /** Least time on another address than the first, seconds. */
    ANSHI_MQTT_STAY_SECONDS: z.coerce.number().min(1).max(3600).default(30),
    /** The devices that it carries. */
    ANSHI_GATEWAY_CONFIG: z.string().default('gateway.yaml'),
    /** Journals of the devices; must survive restarts. */
    ANSHI_GATEWAY_DIR: z.string().default('.anshi/gateway'),
    ANSHI_LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info'),
  }),
  process.env,
);
keepFilesPrivate();
letHeapGrow();
packPacketLengths();
const log = pino({ name: 'gateway', level: settings.ANSHI_LOG_LEVEL }, logDestination());

let gateway: Gateway | undefined;
onShutdown(async (why) => {
  log.info({ why }, 'stopping');
  await gateway?.close();
});
try {
  gateway = await startGateway({
    name: settings.ANSHI_GATEWAY_ID,
    tenant: settings.ANSHI_TENANT,
    mqttUrl: settings.ANSHI_MQTT_URL,
    addresses: new BusAddresses(
      settings.ANSHI_MQTT_URL,
      settings.ANSHI_MQTT_OTHER_URLS,
      settings.ANSHI_MQTT_STAY_SECONDS * 1000,
    ),
    mqttTls: readMqttTls(process.env),
    folder: settings.ANSHI_GATEWAY_DIR,
    ...(await loadConfig(settings.ANSHI_GATEWAY_CONFIG, process.env)),
    log,
  });
} catch (error) {
  log.fatal(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
announceReady(gateway.gatesPort === null ? undefined : { gates: gateway.gatesPort });
