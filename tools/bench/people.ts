import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './result.ts';

export interface Asked {
  method?: string | undefined;
  path?: string | undefined;
  headers?: object | undefined;
  body?: string | Buffer | undefined;
}

/**
 * Simulated users: each has a connection and sends one request per second, at a random offset
 * within the second and without waiting for the previous answer (open-loop load). Latency counts
 * from the scheduled time, so that a server that falls behind cannot hide it (coordinated
 * omission).
 *
 * @returns the 95th percentile of the latency in ms, and the number of failed requests.
 */
export async function people(
  url: string,
  next: () => Asked,
  { users, seconds }: { users: number; seconds: number },
): Promise<{ p95: number; failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: users });
  const times: number[] = [];
  let failed = 0;
  const ask = (meant: number) =>
    new Promise<void>((resolve) => {
      const { method = 'GET', path = '/', headers = {}, body } = next();
      const done = (isGood: boolean) => {
        times.push(performance.now() - meant);
        if (!isGood) failed++;
        resolve();
      };
      const { hostname, port } = new URL(url);
      const given = { agent, hostname, port, method, path, headers: { ...headers } };
      request(given, (answer) => {
        answer.resume().on('end', () => done((answer.statusCode ?? 500) < 400));
      })
        .on('error', () => done(false))
        .end(body);
    });
  const begin = performance.now();
  const work = async () => {
    const asked: Promise<void>[] = [];
    for (let meant = begin + Math.random() * 1000; meant < begin + seconds * 1000; meant += 1000) {
      await sleep(Math.max(0, meant - performance.now()));
      asked.push(ask(meant));
    }
    await Promise.all(asked);
  };
  await Promise.all(Array.from({ length: users }, work));
  agent.destroy();
  return { p95: quantile(times, 0.95), failed };
}
