import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';

/**
 * Keys of alarms, which a worker gives to a device without the API. Both share a key that follows from
 * that of the device and the name of the worker: the device makes it, and the API hands it to the worker
 * in the alarm plan, sealed by the key that it shares with that worker. So neither another worker nor
 * the broker can give an alarm in its name.
 *
 * For node only, therefore not in the index that browsers load.
 */

/** @param deviceKey the key that the device shares with the API (`actuatorBusKey`). */
export function alarmBusKey(deviceKey: string, worker: string): string {
  return createHmac('sha256', deviceKey).update(`anshi-alarm-key\n${worker}`).digest('hex');
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const sealingKey = (workerKey: string) =>
  createHmac('sha256', workerKey).update('anshi-alarm-plan-seal').digest();
const alarmKeys = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

/**
 * Seals the keys of devices for one worker.
 *
 * @param workerKey the key that the worker shares with the API (`workerBusKey`).
 * @param keys by name of the device.
 * @returns base64url.
 */
export function sealAlarmKeys(workerKey: string, keys: Readonly<Record<string, string>>): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(workerKey), nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws Error where it was sealed for another worker, or changed. */
export function openAlarmKeys(workerKey: string, sealed: string): Record<string, string> {
  const bytes = Buffer.from(sealed, 'base64url');
  const [key, nonce] = [sealingKey(workerKey), bytes.subarray(0, NONCE_BYTES)];
  const tag = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, tag);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = Buffer.concat([
    decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
    decipher.final(),
  ]).toString('utf8');
  return alarmKeys.parse(JSON.parse(text));
}
