import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded before everything else into a process that must not outlive its parent. The process stops
 * in order by itself when the IPC channel closes; this is for the one that hangs, that has not come
 * to that yet, or whose own children stay: the whole process group, which it leads, ends with it.
 */

const graceMs = 15_000;

if (isMainThread && process.send) {
  const endGroup = () => {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      process.kill(process.pid, 'SIGKILL');
    }
  };
  const watch = () => {
    process.on('exit', endGroup);
    setTimeout(endGroup, graceMs).unref();
  };
  if (process.connected) {
    process.on('disconnect', watch);
    // Watching alone is no reason to stay alive.
    process.channel?.unref();
  } else {
    watch();
  }
}
