import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ulid } from 'ulid';
import { cardOf } from './fill.ts';

export interface Asking {
  url: string;
  secret: string;
  /** Cards are of so many people. */
  people: number;
}

export interface Measured {
  /** ms from the moment at which each was due to its answer. */
  times: number[];
  /** Answers that are none. */
  failed: number;
  allowed: number;
}

/**
 * Starts that are asked for at a fixed rate, whether earlier ones were answered or not. The time counts from the
 * moment at which a request was due, so that a server that falls behind cannot hide it.
 */
export async function atRate(
  { url, secret, people }: Asking,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const found: Measured = { times: [], failed: 0, allowed: 0 };
  const ask = (due: number) =>
    new Promise<void>((resolve) => {
      const body = JSON.stringify({
        point: 'welder-1-reader',
        machine: 'welder-1',
        card: cardOf(1 + Math.floor(Math.random() * people)),
        at: new Date().toISOString(),
      });
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization: `Bearer ${secret}`,
        'idempotency-key': ulid(),
      };
      const done = (decision: unknown) => {
        found.times.push(performance.now() - due);
        if (decision === 'allow') found.allowed++;
        else if (decision !== 'deny') found.failed++;
        resolve();
      };
      request(url, { agent, method: 'POST', headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => done((JSON.parse(text) as { decision?: string }).decision));
      })
        .on('error', () => done(null))
        .end(body);
    });
  const begin = performance.now();
  const asked: Promise<void>[] = [];
  for (let n = 0; n < Math.max(1, rate * seconds); n++) {
    const due = begin + (n * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    asked.push(ask(due));
  }
  await Promise.all(asked);
  agent.destroy();
  return found;
}
