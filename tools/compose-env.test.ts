import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { actuatorBusKey, workerBusKey } from '@anshi/contracts/bus-signature';
import { demoDeviceSecret } from '@anshi/contracts/device-secret';
import { afterEach, expect, it } from 'vitest';
import {
  demoDoors,
  demoForkliftGate,
  demoGate,
  simulatedGate,
} from '../api/src/modules/gates/demo-gate.ts';
import { demoDevices, simulatedAs } from '../api/src/modules/site-devices/demo-devices.ts';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'anshi-env-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function made(...args: string[]): Record<string, string> {
  const { stdout, status } = spawnSync(process.execPath, ['tools/compose-env.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return Object.fromEntries(
    stdout
      .split('\n')
      .filter((line) => /^\w+=/.test(line))
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
}

it('gives each secret of .env a value of its own, and keeps what is there', () => {
  const first = made();
  const wanted = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const needed = [...wanted.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name ?? '');
  expect(needed.length).toBeGreaterThan(5);
  for (const name of needed) expect(first[name], name).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(needed.map((name) => first[name])).size).toBe(new Set(needed).size);
  expect(first.ANSHI_BUS_KEY_WORKER_1).toBe(
    workerBusKey(first.ANSHI_BUS_SECRET ?? '', 'plant', 'worker-1'),
  );
  expect(first.ANSHI_MQTT_SIMULATOR_PASSWORD).toBe('');
  expect(first.ANSHI_SIM_ACTUATORS).toBe('');
  expect(first.ANSHI_SIM_GATES).toBe('');
  const demo = made('--demo');
  expect(demo.ANSHI_MQTT_SIMULATOR_PASSWORD).toMatch(/^[0-9a-f]{64}$/);
  const keyOf = (name: string) => actuatorBusKey(demo.ANSHI_BUS_SECRET ?? '', 'plant', name);
  expect(demo.ANSHI_SIM_ACTUATORS).toBe(
    demoDevices.map((one) => simulatedAs(one, keyOf(one[0]))).join(','),
  );
  expect(demo.ANSHI_SIM_GATES).toBe(
    [demoGate, demoForkliftGate, ...demoDoors]
      .map((one) =>
        simulatedGate(one, demoDeviceSecret(demo.ANSHI_BUS_SECRET ?? '', 'plant', one.device)),
      )
      .join(','),
  );

  writeFileSync(join(folder, '.env'), 'ANSHI_OWNER_PASSWORD=mine\nANSHI_TENANT=north\nOTHER=x\n');
  const completed = made(join(folder, '.env'));
  expect(completed).toMatchObject({
    ANSHI_OWNER_PASSWORD: 'mine',
    ANSHI_TENANT: 'north',
    OTHER: 'x',
  });
  expect(completed.ANSHI_BUS_KEY_WORKER_1).toBe(
    workerBusKey(completed.ANSHI_BUS_SECRET ?? '', 'north', 'worker-1'),
  );
});
