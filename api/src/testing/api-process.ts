/**
 * The API as a process that a test kills: `node api-process.ts <settings as JSON>`. The database is prepared and seeded; it says
 * `ready` once it answers and is on the bus.
 */
import pino from 'pino';
import { buildApp } from '../app.ts';
import { connectBus } from '../platform/bus.ts';
import { openDatabase } from '../platform/db/database.ts';
import type { Settings } from '../platform/settings.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const log = pino({ level: settings.logLevel });
const database = openDatabase(settings.databaseUrl);
const bus = connectBus(settings.mqttUrl, `api-${settings.apiId}`, log, settings.mqttTls);
const app = await buildApp({ settings, log, database, bus });
await app.listen(settings.http);
process.send?.('ready');
// The test is gone.
process.on('disconnect', () => process.exit());
