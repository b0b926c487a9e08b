import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../..');
const made = z.object({ from: z.enum(['download', 'build']), seconds: z.number() });

/**
 * Begins to find, download or build mediasoup's worker in the background, at low priority. Nothing waits
 * for it: live views begin on the other engine, and new ones move over. Without a network that gives it
 * and without the tools of a build it ends by itself.
 *
 * @param onMade called where there was none before.
 * @returns ends it.
 */
export function makeMediasoupWorker(onMade: (seconds: number) => void): () => void {
  const child = spawn(process.execPath, ['vision/src/live/mediasoup/make-process.ts'], {
    cwd: root,
    // It ends by itself where this process is gone: the channel closes.
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.once('error', () => {
    // Without it the live view works as before.
  });
  child.once('close', (code) => {
    if (code !== 0) return;
    const result = made.safeParse(JSON.parse(said));
    if (result.success) onMade(result.data.seconds);
  });
  // Nothing of the plant lives on for it.
  child.unref();
  child.channel?.unref();
  return () => child.kill('SIGTERM');
}
