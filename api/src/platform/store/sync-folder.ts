import { open } from 'node:fs/promises';

/**
 * Waits until the disk has the entries of a folder: a new file in it, or a new folder, is there after
 * the power failed only then.
 */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folder, and needs none of it.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
