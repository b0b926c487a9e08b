import { readdirSync, readFileSync } from 'node:fs';

/** Running processes by parent, from /proc; zombies excluded. */
export function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const stat = statOf(pid);
    return stat?.parent === parent && stat.state !== 'Z';
  });
}

function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

export const isRunning = (pid: number): boolean =>
  !['Z', 'X', undefined].includes(statOf(pid)?.state);
