import autocannon from 'autocannon';
import { ulid } from 'ulid';
import { quantile } from './result.ts';

/** One of the servers that are measured alternately. */
export interface Side {
  /** URL up to the list of hazards, exclusive. */
  url: string;
  reader: string;
  writer: string;
}

export interface Load {
  answers: number;
  perSecond: number;
  /** ms */
  p95: number;
  failed: number;
}

/** Alternates between the list and single hazards, chosen from this many. */
export function reading({ url, reader }: Side, hazards: number): () => autocannon.Request {
  let turn = 0;
  return () => {
    const n = 1 + Math.floor(Math.random() * hazards);
    const single = turn++ % 2 === 1 ? `/01KB${String(n).padStart(22, '0')}` : '';
    return { method: 'GET', path: pathOf(url, '/hazards') + single, headers: bearer(reader) };
  };
}

/** A report. @param path its target: a bare handler has a second one. */
export function writing({ url, writer }: Side, path = '/hazards'): autocannon.Request {
  return {
    method: 'POST',
    path: pathOf(url, path),
    headers: { 'content-type': 'application/json', ...bearer(writer) },
    body: JSON.stringify({
      id: ulid(),
      type: 'fire',
      description: 'An extinguisher is missing',
      site: 'changzhou-1',
      areaId: 'press-line',
      foundAt: new Date().toISOString(),
    }),
  };
}

/** Simulated users: 10 % of the requests are reports, the rest reads. */
export function mixed(side: Side, hazards: number): () => autocannon.Request {
  const next = reading(side, hazards);
  let turn = 0;
  return () => (turn++ % 10 === 0 ? writing(side) : next());
}

const pathOf = (url: string, path: string) => new URL(url).pathname.replace(/\/$/, '') + path;

const bearer = (token: string): Record<string, string> => (token ? { authorization: token } : {});

/** This many connections send as fast as they are answered. */
export function load(
  url: string,
  next: () => autocannon.Request,
  { users, seconds }: { users: number; seconds: number },
): Promise<Load> {
  const times: number[] = [];
  let failed = 0;
  return new Promise((resolve, reject) => {
    const run = autocannon(
      {
        url,
        connections: users,
        duration: seconds,
        timeout: 30,
        requests: [{ setupRequest: (request) => ({ ...request, ...next() }) }],
      },
      (error, result) => {
        if (error) return reject(error);
        resolve({
          answers: times.length,
          perSecond: times.length / result.duration,
          p95: quantile(times, 0.95),
          failed: failed + result.errors,
        });
      },
    );
    run.on('response', (_client, status, _bytes, ms) => {
      if (status >= 400) failed++;
      times.push(ms);
    });
  });
}
