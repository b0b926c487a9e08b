import { spawn } from 'node:child_process';

/** With it a worker ends that was not started by mediasoup (worker/src/main.cpp). */
const STARTED_ALONE = 41;
const WITHIN_MS = 10_000;

/** Whether a worker's binary runs here: its libraries are found, and it says what it is. */
export function isUsable(binary: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { MEDIASOUP_VERSION: _, ...env } = process.env;
    const child = spawn(binary, [], { env, stdio: 'ignore', timeout: WITHIN_MS });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === STARTED_ALONE));
  });
}
