import { type DeviceKind, newDeviceSecret } from '@anshi/contracts/device-secret';
import type { DeviceWithSecret } from '../modules/devices/schema.ts';
import { type RunningApi, WORKER_TOKEN } from './site.ts';

/** A device of a test with its credential. */
export interface TestDevice extends DeviceWithSecret {
  headers: { authorization: string };
}

/** Makes the credential of a device as an administrator does. */
export async function makeDevice(
  api: RunningApi,
  kind: DeviceKind,
  name: string,
  more: { speaksFor?: string[] } = {},
): Promise<TestDevice> {
  const body = { kind, name, ...more };
  const answer = await api.post('/api/v1/devices', body, await api.signIn('admin'));
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  const made = (await answer.json()) as DeviceWithSecret;
  return { ...made, headers: { authorization: `Bearer ${made.secret}` } };
}

/** The secrets of workers by database and name: a name enrols once. */
const enrolled = new Map<string, string>();

/** Enrols a worker by the shared token, as a worker does at its first start. */
export async function enrolWorker(
  api: RunningApi,
  name: string,
): Promise<{ secret: string; headers: { authorization: string } }> {
  const key = `${api.settings.databaseUrl} ${api.settings.tenant} ${name}`;
  const secret = enrolled.get(key) ?? newDeviceSecret().text;
  const answer = await api.post(
    '/api/v1/ingest/worker',
    { worker: name, secret },
    { authorization: `Bearer ${WORKER_TOKEN}` },
  );
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  enrolled.set(key, secret);
  return { secret, headers: { authorization: `Bearer ${secret}` } };
}
