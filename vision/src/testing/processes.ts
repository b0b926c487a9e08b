import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The command of each process of the machine. */
export async function commandLines(): Promise<string[]> {
  const { stdout } = await run('ps', ['axww', '-o', 'command=']);
  return stdout.split('\n');
}

/** ffmpeg processes that work in a folder: id and command of each. */
export async function ffmpegsIn(folder: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-axo', 'stat=,pid=,command=']);
  const mine = (line: string) => line.includes(folder) && /ffmpeg/.test(line);
  return (
    stdout
      .split('\n')
      .filter((line) => mine(line) && !line.startsWith('Z'))
      // The process state letter varies between running and sleeping.
      .map((line) => line.replace(/^\S+\s+/, ''))
  );
}

/** Process ids of the encoders to MPEG-1 that a process has started. */
export async function encodersOf(parent: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-axo', 'stat=,ppid=,pid=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, stat = 'Z', ppid, pid, command = ''] =
      /^\s*(\S+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const isEncoder = !stat.startsWith('Z') && command.includes('mpeg1video');
    return isEncoder && Number(ppid) === parent ? [Number(pid)] : [];
  });
}

/** TCP and UDP sockets of a process, in the words of the kernel. For Linux. */
export async function networkSocketsOf(pid: number): Promise<string[]> {
  const links = (await readdir(`/proc/${pid}/fd`)).map((fd) =>
    readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''),
  );
  const own = new Set(
    (await Promise.all(links)).flatMap((to) => /^socket:\[(\d+)\]$/.exec(to)?.[1] ?? []),
  );
  const tables = ['tcp', 'tcp6', 'udp', 'udp6'].map((name) =>
    readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => ''),
  );
  const lines = (await Promise.all(tables)).flatMap((text) => text.split('\n').slice(1));
  return lines.filter((line) => own.has(line.trim().split(/\s+/)[9] ?? ''));
}
