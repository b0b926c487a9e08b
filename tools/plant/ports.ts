import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PlantProblem } from './problem.ts';

/**
 * Range of ports for servers, below the ephemeral ports of Linux, macOS and Windows: an outgoing connection of any program may
 * take an ephemeral port between the choice and the start of its server, seconds later.
 */
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000];
/** Random choices in the range, before any free port is taken. */
const ATTEMPTS = 50;

/**
 * Ports that are free now on loopback, all different. They are chosen once for the life of a plant,
 * so that addresses stay true when a part is restarted.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenInRange));
  const ports = servers.map(({ port }) => port);
  await Promise.all(servers.map(({ close }) => close()));
  return ports;
}

/**
 * Checks that the one fixed port can be taken.
 *
 * @param patienceMs how long to wait for it, where an earlier instance may still be stopping.
 * @throws PlantProblem that names the port and how to choose another.
 */
export async function requirePort(port: number, host: string, patienceMs = 0): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      const { close } = await listen(port, host);
      await close();
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        continue;
      }
      throw new PlantProblem(sentence(code, port, host, error));
    }
  }
}

function sentence(code: string | undefined, port: number, host: string, error: unknown): string {
  const other = `choose another one: ANSHI_HTTP_PORT=${port === 65_535 ? 8081 : port + 1} npm start`;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is already in use by another program. Stop that program, or ${other}`;
    case 'EACCES':
      return `this user may not listen on port ${port}. Please ${other}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `ANSHI_HTTP_HOST is ${host}, which is no address of this machine. Use 127.0.0.1 or 0.0.0.0.`;
    default:
      return `port ${port} on ${host} cannot be used: ${String(error)}. Please ${other}`;
  }
}

interface Listening {
  port: number;
  close: () => Promise<void>;
}

async function listenInRange(): Promise<Listening> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await listen(randomInt(FIRST_PORT, LAST_PORT), '127.0.0.1').catch(() => null);
    if (found) return found;
  }
  return listen(0, '127.0.0.1');
}

function listen(port: number, host: string): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}
