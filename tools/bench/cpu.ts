import { readdirSync, readFileSync } from 'node:fs';

/**
 * The kernel counts CPU time in hundredths of a second (USER_HZ), independent of its clock rate.
 */
const ticksPerSecond = 100;

/**
 * @param pid a process; Linux only.
 * @returns CPU seconds that it has used, all threads, without its children; 0 where it is gone.
 */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) / ticksPerSecond : 0;
}

/** The same including its children, also those that have ended. */
export function cpuSecondsWithChildren(pid: number): number {
  const fields = statOf(pid);
  if (!fields) return 0;
  const ended = (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
  return processesBelow(pid).reduce(
    (sum, one) => sum + cpuSeconds(one.pid),
    cpuSeconds(pid) + ended,
  );
}

/** The process tree below a process, with the name of each. */
export function processesBelow(pid: number): { pid: number; name: string }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(statOf(Number(name))?.[1] ?? -1) }));
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid).map((child) => ({ pid: child, name: nameOf(child) }));
}

/** The fields of /proc/<pid>/stat after the name (which may contain spaces): state, parent … */
function statOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

const nameOf = (pid: number) => read(`/proc/${pid}/comm`).trim();

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
