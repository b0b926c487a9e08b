import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';

export type Verdict = { clean: true } | { clean: false; signature: string };

/** A malware scanner. */
export interface Scanner {
  /** @throws where the scanner is unavailable; the file is to be scanned later. */
  scan(bytes: Readable): Promise<Verdict>;
  /** Version of the scanner and its signatures. @throws where it is unavailable. */
  version(): Promise<string>;
}

const CONNECT_WITHIN_MS = 3_000;
/** Timeout: the scanner unpacks before it answers. */
const ANSWER_WITHIN_MS = 120_000;

/**
 * The protocol of ClamAV's daemon (clamd(8), INSTREAM): a 4-byte length before each chunk, and a
 * length of zero at the end.
 *
 * @param address `host:port` or the path of a socket.
 */
export function openClamav(address: string): Scanner {
  return {
    async scan(bytes) {
      const answer = await ask(address, 'INSTREAM', bytes);
      const found = /^stream: (.+) FOUND$/.exec(answer);
      if (found?.[1]) return { clean: false, signature: found[1] };
      if (answer === 'stream: OK') return { clean: true };
      throw new Error(`the scanner answered: ${answer.slice(0, 200) || 'nothing'}`);
    },
    async version() {
      const answer = await ask(address, 'VERSION', null);
      if (answer === '') throw new Error('the scanner did not answer');
      return answer;
    },
  };
}

export const scanFile = (scanner: Scanner, path: string): Promise<Verdict> =>
  scanner.scan(createReadStream(path, { highWaterMark: 256 * 1024 }));

function open(address: string): Socket {
  const [, host, port] = /^(.+):(\d+)$/.exec(address) ?? [];
  return host && port ? connect(Number(port), host.replace(/^\[|\]$/g, '')) : connect(address);
}

async function ask(address: string, command: string, bytes: Readable | null): Promise<string> {
  const socket = open(address);
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.setTimeout(CONNECT_WITHIN_MS);
    socket.on('connect', () => socket.setTimeout(ANSWER_WITHIN_MS));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('timeout', () => socket.destroy(new Error(`the scanner at ${address} is silent`)));
    socket.on('error', reject);
    socket.on('close', () => resolve(text.replace(/\0.*$/s, '').trim()));
  });
  try {
    // The scanner may answer and close early, as where the stream is too long for it.
    await Promise.race([send(socket, command, bytes), answer]);
    return await answer;
  } finally {
    socket.destroy();
    bytes?.destroy();
    await answer.catch(() => {});
  }
}

async function send(socket: Socket, command: string, bytes: Readable | null): Promise<void> {
  await write(socket, Buffer.from(`z${command}\0`));
  if (!bytes) return;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    await write(socket, length);
    await write(socket, chunk);
  }
  await write(socket, Buffer.alloc(4));
}

const write = (socket: Socket, bytes: Buffer) =>
  new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
