import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onShutdown } from '@anshi/contracts/process';
import type { Plant } from '../plant/plant.ts';

/**
 * Runs a bench in a temporary folder. Afterwards the folder is removed and the plant stopped, also
 * after an error.
 *
 * @param body gets the folder and a function that registers the plant once it is created.
 */
export async function inOwnFolder(
  name: string,
  body: (folder: string, register: (plant: Plant) => void) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `anshi-bench-${name}-`));
  // PostgreSQL runs as another user, who needs to pass through the folder.
  chmodSync(folder, 0o711);
  let plant: Plant | undefined;
  const end = async () => {
    await plant?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  onShutdown(end);
  let failure: unknown;
  try {
    await body(folder, (made) => {
      plant = made;
    });
  } catch (error) {
    failure = error;
  }
  await end();
  if (failure !== undefined) {
    console.error(failure);
    process.exitCode = 1;
  }
  // The channel to the parent would keep the process alive.
  process.exit();
}

/** Mounts a file at the simulator. */
export async function mount(
  plant: Plant,
  name: string,
  options: { file: string; stamped?: boolean; offset?: number },
): Promise<void> {
  const response = await fetch(`${plant.simulatorControlUrl}/mounts/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(options),
  });
  if (!response.ok) throw new Error(`mount ${name}: ${response.status} ${await response.text()}`);
}
