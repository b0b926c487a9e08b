/**
 * An API in a process of its own, for the test that kills it in the middle of an import:
 * `node import-process.ts <folder of the site> <url of the broker> <url of the database>`.
 */
import { join } from 'node:path';
import { BusUserFolder } from '../platform/bus-users/folder.ts';
import { startApi } from './site.ts';

const [folder = '', brokerUrl = '', databaseUrl = ''] = process.argv.slice(2);
const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
const broker = { url: brokerUrl } as Parameters<typeof startApi>[0]['broker'];
const api = await startApi({ folder, broker, busUsers }, databaseUrl, { apiId: 'killed' });
process.stdout.write(`${api.url}\n`);
