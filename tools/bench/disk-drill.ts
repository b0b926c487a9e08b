import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sharp from 'sharp';
import type { Plant } from '../plant/plant.ts';
import { outboxViolations } from './outbox-violations.ts';
import { note } from './result.ts';

const WORKS_WITHIN_MS = 240_000;
const encode = (text: string) => Buffer.from(text).toString('base64');

/** Of each user who works. */
type Headers = Record<'admin' | 'safety' | 'operator', { authorization: string }>;

/**
 * People and cameras at work: all the time an administrator makes a webhook, an operator sends a picture, and the
 * camera records violations. What was acknowledged is written down, and looked for at the end.
 */
export class DiskDrill {
  readonly #plant: Plant;
  readonly #headers: Headers;
  readonly #picture: Buffer;
  readonly #hooks = new Set<string>();
  readonly #files = new Set<string>();
  readonly #violations = new Set<string>();
  /** What the worker has on its own disk: told to nobody yet, and not to be lost either. */
  readonly #confirmed = new Set<string>();
  #refused = 0;
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();
  #counter = 0;

  private constructor(plant: Plant, headers: Headers, picture: Buffer) {
    this.#plant = plant;
    this.#headers = headers;
    this.#picture = picture;
  }

  static async begin(plant: Plant): Promise<DiskDrill> {
    const signIn = async (username: string) => {
      const answer = await fetch(`${plant.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: plant.demoPassword }),
      });
      const { accessToken } = (await answer.json()) as { accessToken: string };
      return { authorization: `Bearer ${accessToken}` };
    };
    const headers = {
      admin: await signIn('admin'),
      safety: await signIn('safety'),
      operator: await signIn('operator'),
    };
    const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
    const picture = await sharp({
      create: { width: 640, height: 480, channels: 3, background: 'black', noise },
    })
      .jpeg()
      .toBuffer();
    const drill = new DiskDrill(plant, headers, picture);
    drill.#running = Promise.all([
      drill.#again(1000, () => drill.#makeHook()),
      drill.#again(3000, () => drill.#upload()),
      drill.#again(1000, () => drill.#readViolations()),
      drill.#again(50, async () => drill.#readOutbox()),
    ]);
    return drill;
  }

  /** Settles when all of it works: a change, a file, a violation of now, the log, and the video. */
  async works(): Promise<void> {
    const since = Date.now();
    const logged = this.#logSize();
    const deadline = since + WORKS_WITHIN_MS;
    const left = new Map<string, () => Promise<boolean>>([
      ['health', async () => (await fetch(`${this.#plant.url}/api/health`)).ok],
      ['change', () => this.#makeHook()],
      ['upload', () => this.#upload()],
      ['violation', () => this.#hasViolationSince(since)],
      ['disks', () => this.#allDisksOk()],
      ['log', async () => this.#logSize() > logged],
    ]);
    while (left.size > 0) {
      for (const [name, works] of left) if (await works().catch(() => false)) left.delete(name);
      if (Date.now() > deadline) throw new Error(`does not work again: ${[...left.keys()]}`);
      await sleep(250);
    }
  }

  /** What people see meanwhile, in words. */
  async whileFull(): Promise<string> {
    const status = async (work: Promise<Response>) => work.then((r) => r.status).catch(() => 0);
    const { url } = this.#plant;
    const read = await status(fetch(`${url}/api/v1/violations`, { headers: this.#headers.safety }));
    const change = await status(this.#postHook());
    const upload = await status(this.#beginUpload());
    return `read ${read}, change ${change}, upload ${upload}`;
  }

  /** Makes PostgreSQL need room for its log, until it finds none. */
  async switchLogs(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#superUrl() });
    client.on('error', () => {});
    try {
      await client.connect();
      for (let i = 0; i < 40; i++) {
        await client.query("SELECT pg_logical_emit_message(true, 'bench', repeat('x', 1000))");
        await client.query('SELECT pg_switch_wal()');
      }
    } catch {
      // It ended, which is what was wanted.
    } finally {
      await client.end().catch(() => {});
    }
    await sleep(3000);
  }

  /** Stops the work and looks for everything that was acknowledged. */
  async end() {
    this.#stopped = true;
    await this.#running;
    const deadline = Date.now() + 60_000;
    let missing = await this.#missing();
    // What the worker has confirmed is on its way.
    while (missing.length > 0 && Date.now() < deadline) {
      await sleep(1000);
      missing = await this.#missing();
    }
    if (missing.length > 0) note(`lost: ${missing.join(', ')}`);
    const sets = [this.#hooks, this.#files, this.#violations, this.#confirmed];
    return {
      lost: missing.length,
      acknowledged: sets.reduce((sum, set) => sum + set.size, 0),
      halfWritten: await this.#withoutAuditLine(),
      refused: this.#refused,
    };
  }

  async #missing(): Promise<string[]> {
    const client = new pg.Client({ connectionString: this.#superUrl() });
    await client.connect();
    try {
      const have = async (table: string) =>
        new Set((await client.query(`SELECT id FROM ${table}`)).rows.map(({ id }) => String(id)));
      const [hooks, uploads, violations] = [
        await have('webhook'),
        await have('stored_file'),
        await have('violation'),
      ];
      return [
        ...[...this.#hooks].filter((id) => !hooks.has(id)).map((id) => `webhook ${id}`),
        ...[...this.#files].filter((id) => !uploads.has(id)).map((id) => `file ${id}`),
        ...[...this.#violations, ...this.#confirmed]
          .filter((id) => !violations.has(id))
          .map((id) => `violation ${id}`),
      ];
    } finally {
      await client.end();
    }
  }

  /** Rows without their line in the audit log, and lines without their row. */
  async #withoutAuditLine(): Promise<number> {
    const client = new pg.Client({ connectionString: this.#superUrl() });
    await client.connect();
    try {
      const { rows } = await client.query(
        `SELECT count(*)::int AS n FROM webhook w
           FULL JOIN (SELECT entity_id FROM audit_log WHERE entity = 'webhook' AND action = 'create') l
             ON l.entity_id = w.id
           WHERE w.id IS NULL OR l.entity_id IS NULL`,
      );
      return rows[0].n;
    } finally {
      await client.end();
    }
  }

  /** Past the policies of the tenants; its password lies beside the data. */
  #superUrl(): string {
    const file = join(this.#plant.dataDir, 'postgres', 'credentials.json');
    const { superuser } = JSON.parse(readFileSync(file, 'utf8')) as { superuser: string };
    const url = new URL(this.#plant.databaseUrls.admin ?? '');
    url.username = 'anshi_superuser';
    url.password = superuser;
    return url.href;
  }

  async #again(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!this.#stopped) {
      await work().catch(() => {});
      await sleep(everyMs);
    }
  }

  #postHook(): Promise<Response> {
    return fetch(`${this.#plant.url}/api/v1/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#headers.admin },
      body: JSON.stringify({
        name: `bench ${++this.#counter}`,
        url: 'http://127.0.0.1:9/hook',
        types: ['cn.anshi.supplier.*'],
      }),
      signal: AbortSignal.timeout(10_000),
    });
  }

  async #makeHook(): Promise<boolean> {
    const answer = await this.#postHook();
    if (answer.status === 507) this.#refused++;
    if (answer.status !== 201) return false;
    this.#hooks.add(((await answer.json()) as { id: string }).id);
    return true;
  }

  #beginUpload(): Promise<Response> {
    return fetch(`${this.#plant.url}/api/v1/uploads`, {
      method: 'POST',
      headers: {
        ...this.#headers.operator,
        'tus-resumable': '1.0.0',
        'upload-length': String(this.#picture.length),
        'upload-metadata': `filename ${encode('bench.jpg')},filetype ${encode('image/jpeg')}`,
      },
      signal: AbortSignal.timeout(10_000),
    });
  }

  async #upload(): Promise<boolean> {
    const begun = await this.#beginUpload();
    if (begun.status === 507) this.#refused++;
    if (begun.status !== 201) return false;
    const sent = await fetch(`${this.#plant.url}${begun.headers.get('location')}`, {
      method: 'PATCH',
      headers: {
        ...this.#headers.operator,
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: new Uint8Array(this.#picture),
      signal: AbortSignal.timeout(30_000),
    });
    const id = sent.headers.get('anshi-file-id');
    if (sent.status === 507) this.#refused++;
    if (sent.status !== 204 || id === null) return false;
    this.#files.add(id);
    return true;
  }

  /** Each request leaves a line. */
  #logSize(): number {
    return statSync(this.#plant.logFile('api')).size;
  }

  async #newest(): Promise<{ id: string; confirmedAt: string }[]> {
    const answer = await fetch(`${this.#plant.url}/api/v1/violations?limit=50`, {
      headers: this.#headers.safety,
      signal: AbortSignal.timeout(10_000),
    });
    return ((await answer.json()) as { items: { id: string; confirmedAt: string }[] }).items;
  }

  async #readViolations(): Promise<void> {
    for (const { id } of await this.#newest()) this.#violations.add(id);
  }

  async #hasViolationSince(since: number): Promise<boolean> {
    return (await this.#newest()).some(({ confirmedAt }) => Date.parse(confirmedAt) >= since);
  }

  async #allDisksOk(): Promise<boolean> {
    const answer = await fetch(`${this.#plant.url}/api/v1/system`, {
      headers: this.#headers.admin,
    });
    const { disks, workers } = (await answer.json()) as {
      disks: { state: string }[];
      workers: { recording: boolean }[];
    };
    return disks.every(({ state }) => state !== 'full') && workers.every((w) => w.recording);
  }

  #readOutbox(): void {
    for (const id of outboxViolations(this.#plant.workerDir('vision'))) this.#confirmed.add(id);
  }
}
