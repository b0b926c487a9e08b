import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { BUS_USER_SECRET } from '../../testing/bus-brokers.ts';
import { startMosquittoByScript } from '../../testing/mosquitto.ts';
import { until } from '../../testing/site.ts';
import { BusUserFolder } from './folder.ts';

/** Puts a program before mosquitto_passwd that writes down its arguments. @returns the file of them. */
async function recordArguments(folder: string): Promise<string> {
  const [bin, log] = [join(folder, 'bin'), join(folder, 'arguments')];
  await mkdir(bin);
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}'\nPATH=$(printf %s "$PATH" | cut -d: -f2-)\nexec mosquitto_passwd "$@"\n`;
  await writeFile(join(bin, 'mosquitto_passwd'), script, { mode: 0o755 });
  return log;
}

describe('mosquitto as the container starts it', () => {
  it('has a user for each part and, while it runs, those of devices that the API adds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'anshi-compose-'));
    await chmod(folder, 0o755);
    const devices = new BusUserFolder(join(folder, 'users'));
    const log = await recordArguments(folder);
    const broker = await startMosquittoByScript(folder, devices.path, {
      API_PASSWORD: BUS_USER_SECRET,
      WORKER_1_PASSWORD: BUS_USER_SECRET,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}:/usr/sbin:/usr/local/sbin`,
    });
    const isLetIn = async (username: string, password = BUS_USER_SECRET) => {
      const options = { protocolVersion: 4 as const, reconnectPeriod: 0, clientId: username };
      const client = mqtt.connect(broker.url, { ...options, username, password });
      const isIn = await new Promise<boolean>((resolve) => {
        client.once('connect', () => resolve(true));
        client.once('error', () => resolve(false));
      });
      await client.endAsync(true);
      return isIn;
    };
    try {
      expect(await Promise.all(['api', 'worker-worker-1'].map((user) => isLetIn(user)))).toEqual([
        true,
        true,
      ]);
      // Arguments of programs are in the list of processes, for every user of the machine.
      const given = await readFile(log, 'utf8');
      expect(given).toContain('passwords.new');
      expect(given).not.toContain(BUS_USER_SECRET);
      const health = await readFile(join(folder, 'health', 'mosquitto_sub'), 'utf8');
      const [, password = ''] = /^-P (.+)$/m.exec(health) ?? [];
      expect(password).toHaveLength(64);
      expect(given).not.toContain(password);
      expect(await isLetIn('health', password)).toBe(true);
      expect(await isLetIn('simulator', '')).toBe(false);
      expect(await isLetIn('machine-press-1')).toBe(false);
      await devices.put({
        tenant: 'demo',
        kind: 'machine',
        name: 'press-1',
        secret: BUS_USER_SECRET,
      });
      // The API's own user has its password from .env alone.
      await devices.put({
        tenant: 'demo',
        kind: 'api',
        name: '',
        secret: 'of the folder, not of .env',
      });
      await until(() => isLetIn('machine-press-1'), 'the device is let in');
      expect(await isLetIn('api', 'of the folder, not of .env')).toBe(false);
      expect(await isLetIn('api')).toBe(true);
      await devices.remove({ tenant: 'demo', kind: 'machine', name: 'press-1' });
      await until(async () => !(await isLetIn('machine-press-1')), 'it is gone');
    } finally {
      await broker.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
