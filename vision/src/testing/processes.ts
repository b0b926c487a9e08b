import { execFile } from 'node:child_process';
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
