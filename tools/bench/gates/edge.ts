import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeList } from '@anshi/contracts';
import { edgeCardDigest } from '@anshi/contracts/edge-signature';
import type pg from 'pg';
import { ulid } from 'ulid';
import { stringify } from 'yaml';
import { note } from '../result.ts';
import { cardOf } from './fill.ts';

const root = resolve(import.meta.dirname, '../../..');
const POINT = 'welder-1-reader';
/** How long a list counts here: the bench waits for its end. */
const MINUTES = 1;
const READY_MS = 120_000;

export interface EdgeParts {
  /** Of the API, on a port that it has again after a kill. */
  url: string;
  /** The secret of the point. */
  secret: string;
  /** Headers of an account that manages points and people. */
  authorization: string;
  mqttUrl: string;
  folder: string;
  admin: pg.Client;
  /** Kills the API by signal 9, and resolves when it is gone. */
  killApi(): Promise<void>;
  startApi(): Promise<void>;
}

export interface EdgeFigures {
  /** ms from the request that releases a card until the gateway has it no more. */
  edgeRevokedMs: number;
  edgeAsked: number;
  edgeAllowed: number;
  /** Allowed while the API was killed, without a permit in the list of the gateway. */
  edgeWithoutPermit: number;
  /** Allowed after the end of the list. */
  edgeBeyond: number;
  /** Answered at the gateway and not on record, and on record more than once. */
  edgeLost: number;
  edgeDoubled: number;
}

/**
 * A gateway in a process of its own with one point: a card is released while it is connected; then the API is killed, cards
 * are shown, the gateway is killed in between, and the list ends; then the API is started and takes what was decided.
 */
export async function measureEdge(parts: EdgeParts): Promise<EdgeFigures> {
  const { url, authorization, folder, admin } = parts;
  const dir = join(folder, 'gateway');
  let gateway = await startGateway(parts, dir);
  const answered = new Map<string, string>();
  const listOf = async (): Promise<EdgeList | null> => {
    const text = await readFile(join(dir, `edge-${POINT}.json`), 'utf8').catch(() => null);
    return text === null
      ? null
      : ((JSON.parse(text) as { held: { list: EdgeList } | null }).held?.list ?? null);
  };
  const has = (list: EdgeList, card: string) => {
    const digest = edgeCardDigest(list.hashKey, card);
    return list.entries.some((one) => one.card === digest);
  };
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  /** @returns the decision; null for any answer that is none. */
  async function show(
    card: string,
    base = `http://127.0.0.1:${gateway.port}`,
  ): Promise<string | null> {
    const key = ulid();
    const answer = await fetch(`${base}/api/v1/gates/machine-start`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${parts.secret}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({
        point: POINT,
        machine: 'welder-1',
        card,
        at: new Date().toISOString(),
      }),
    }).catch(() => null);
    if (!answer?.ok) return null;
    const { decision } = (await answer.json()) as { decision: string };
    answered.set(key, decision);
    return decision;
  }
  try {
    // People who started there lately are in the list.
    const cards = Array.from({ length: 40 }, (_, n) => cardOf(n + 1));
    // By the API itself: on a slow machine the gateway would not wait for it.
    for (const card of cards) await show(card, url);
    const { items } = await call('GET', '/gates/points');
    const point = items.find(({ device }: { device: string }) => device === POINT);
    const { version } = point;
    await call('PATCH', `/gates/points/${point.id}`, { version, edge: true, edgeMinutes: MINUTES });
    const victim = cards[0] as string;
    await until(async () => {
      const list = await listOf();
      return list !== null && has(list, victim) && isFresh(list);
    });
    note(`the gateway has ${(await listOf())?.entries.length} permits`);

    const { rows } = await admin.query<{ id: string; person: string }>(
      "SELECT id, person_id AS person FROM badge WHERE tenant_id = 'demo' AND badge = $1",
      [victim],
    );
    const began = performance.now();
    await call('DELETE', `/persons/${rows[0]?.person}/badges/${rows[0]?.id}`);
    await until(async () => {
      const list = await listOf();
      return list !== null && !has(list, victim);
    }, 5);
    const edgeRevokedMs = performance.now() - began;

    // The list is as new as it can be when the API is killed.
    const before = (await listOf())?.sequence ?? 0;
    await until(async () => ((await listOf())?.sequence ?? 0) > before);
    await parts.killApi();
    answered.clear();
    const list = (await listOf()) as EdgeList;
    let edgeWithoutPermit = 0;
    const strangers = Array.from({ length: 40 }, (_, n) => cardOf(n + 100));
    for (const [n, card] of [...cards, ...strangers].entries()) {
      if (n === 30) {
        const again = gateway;
        const exited = once(again.child, 'exit');
        const shown = show(card);
        again.child.kill('SIGKILL');
        await Promise.all([exited, shown]);
        gateway = await startGateway(parts, dir);
      }
      if ((await show(card)) === 'allow' && !has(list, card)) edgeWithoutPermit++;
    }
    const ends = Date.parse(list.expiresAt);
    note(
      `killed: ${answered.size} answers, ${count(answered, 'allow')} allowed; the list ends in ${((ends - Date.now()) / 1000).toFixed(0)} s`,
    );
    await sleep(Math.max(0, ends - Date.now()));
    let edgeBeyond = 0;
    for (const card of cards) if ((await show(card)) === 'allow') edgeBeyond++;

    await parts.startApi();
    const keys = [...answered.keys()];
    const onRecord = async () =>
      (
        await admin.query<{ n: number; keys: number }>(
          "SELECT count(*)::int AS n, count(DISTINCT key)::int AS keys FROM gate_decision WHERE source = 'edge' AND key = ANY($1)",
          [keys],
        )
      ).rows[0] ?? { n: 0, keys: 0 };
    await until(async () => (await onRecord()).keys >= keys.length, 200).catch(() => {});
    const { n, keys: found } = await onRecord();
    return {
      edgeRevokedMs,
      edgeAsked: keys.length,
      edgeAllowed: count(answered, 'allow'),
      edgeWithoutPermit,
      edgeBeyond,
      edgeLost: keys.length - found,
      edgeDoubled: n - found,
    };
  } finally {
    gateway.child.removeAllListeners('exit');
    gateway.child.kill('SIGKILL');
  }
}

const isFresh = ({ issuedAt, expiresAt }: EdgeList) =>
  Date.parse(expiresAt) - Date.parse(issuedAt) <= MINUTES * 60_000;
const count = (answered: ReadonlyMap<string, string>, decision: string) =>
  [...answered.values()].filter((one) => one === decision).length;

async function until(is: () => Promise<boolean>, everyMs = 50): Promise<void> {
  const ends = performance.now() + READY_MS;
  while (!(await is())) {
    if (performance.now() > ends) throw new Error('not in time');
    await sleep(everyMs);
  }
}

async function startGateway(
  { url, secret, mqttUrl, folder }: EdgeParts,
  dir: string,
): Promise<{ child: ChildProcess; port: number }> {
  const config = join(folder, 'gateway.yaml');
  const points = [{ point: POINT, secret, machine: 'welder-1' }];
  await writeFile(config, stringify({ version: 1, gates: { listen: '127.0.0.1:0', url, points } }));
  const child = fork('gateway/src/main.ts', [], {
    cwd: root,
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      ANSHI_MQTT_URL: mqttUrl,
      ANSHI_GATEWAY_CONFIG: config,
      ANSHI_GATEWAY_DIR: dir,
      ANSHI_LOG_LEVEL: process.env.ANSHI_BENCH_LOG ?? 'silent',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [said] = (await once(child, 'message')) as [{ details: { gates: number } }];
  return { child, port: said.details.gates };
}
