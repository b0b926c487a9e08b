import { type ChildProcess, spawn } from 'node:child_process';

/** Limit of a stream that is kept in memory. */
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

export interface Output {
  /** Output on file descriptor 1. */
  main: Buffer;
  /** Output on file descriptor 3. */
  side: Buffer;
}

/**
 * Runs a program until it exits. Its output goes through pipes, so that it exits by itself if this
 * process is killed.
 *
 * @param stdin bytes for its standard input; none where absent.
 * @throws Error with the program's last output where it fails, is missing or writes too much.
 */
export async function run(command: string, args: string[], stdin?: Buffer): Promise<Output> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const main: Buffer[] = [];
  const side: Buffer[] = [];
  let words = '';
  let size = 0;
  let tooMuch = false;
  const collect = (into: Buffer[]) => (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT_BYTES) {
      tooMuch = true;
      child.kill('SIGKILL');
    } else into.push(chunk);
  };
  child.stdout?.on('data', collect(main));
  const sidePipe = child.stdio[3];
  if (sidePipe && 'on' in sidePipe) sidePipe.on('data', collect(side));
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000);
  });
  // A program that fails early closes its input; its exit code tells why.
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);
  const code = await ended(child, command);
  if (tooMuch) throw new Error(`the stream is larger than ${MAX_OUTPUT_BYTES / 1024 / 1024} MiB`);
  if (code !== 0) throw new Error(`${command} failed (${code}): ${words.trim() || 'no message'}`);
  return { main: Buffer.concat(main), side: Buffer.concat(side) };
}

function ended(child: ChildProcess, command: string): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`${command} cannot be started: ${error.message}`, { cause: error })),
    );
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}
