import pino from 'pino';
import { openDatabase } from '../platform/db/database.ts';
import { openSite, type RunningApi, startApi } from './site.ts';
import { startWorker } from './worker.ts';

/** In the address of the camera that the file has, and of one that is added by a test. */
export const CAMERA_SECRETS = /secret-of-the-camera|geheim-4711/;
export const CAMERA_ADDRESS = 'rtsp://viewer:geheim-4711@192.0.2.10:554/stream1';

/** The configuration of a camera as the API shows it. */
export interface Configuration {
  id: string;
  version: number;
  name: { zh: string; en: string };
  address: string;
  secondAddress: string | null;
  substreamAddress: string | null;
  enabled: boolean;
  analysisFps: number;
  drawing: string;
  updatedBy: object | null;
}

/** An API that has its cameras in the database, and a worker. */
export async function openConfigurationSite() {
  const site = await openSite();
  const urls = await site.seededDatabase();
  const logged: string[] = [];
  const heard = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const api = await startApi(site, urls.appUrl, {}, heard);
  const database = openDatabase(urls.appUrl);
  const worker = await startWorker(site, api);
  return {
    site,
    urls,
    api,
    database,
    worker,
    /** All that the API logged. */
    logged,
    read: async (id = 'hall-west') =>
      (await api.send<Configuration>('admin', 'GET', `/cameras/${id}/configuration`)).body,
    change: <Body = Configuration>(id: string, body: object, user = 'admin') =>
      api.send<Body>(user, 'PATCH', `/cameras/${id}/configuration`, body),
    add: <Body = Configuration>(body: object) =>
      api.send<Body>('admin', 'POST', '/cameras', {
        name: { zh: '门', en: 'Gate' },
        site: 'plant-1',
        address: CAMERA_ADDRESS,
        ...body,
      }),
    async stop() {
      await worker.stop();
      await database.close();
      await api.stop();
      await site.stop();
    },
  };
}
export type ConfigurationSite = Awaited<ReturnType<typeof openConfigurationSite>>;

/** The cameras that an operator sees at an API. */
export const listedCameras = async (of: RunningApi) =>
  (await of.send<{ items: { id: string; name: { en: string } }[] }>('operator', 'GET', '/cameras'))
    .body.items;
