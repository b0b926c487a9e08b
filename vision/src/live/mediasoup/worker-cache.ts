import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { systemName } from './system-name.ts';

const BINARY = 'mediasoup-worker';
const RECORD = 'worker.json';

const recordSchema = z.object({
  version: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  from: z.enum(['download', 'build']),
});

const failureSchema = z.object({
  version: z.string(),
  code: z.enum(['worker-not-made', 'worker-no-disk']),
  reason: z.string(),
});

/** Why no worker was made at the last attempt. */
export type WorkerFailure = Omit<z.infer<typeof failureSchema>, 'version'>;

/** What lies beside a binary in the cache. */
export type WorkerRecord = z.infer<typeof recordSchema>;

/** A binary that may be started, or why there is none. */
export type CachedWorker =
  | { readonly bin: string; readonly record: WorkerRecord }
  | { readonly missing: true }
  | { readonly spoiled: string };

/** The folder that all checkouts of a user share. */
export function workerCacheFolder(env: Record<string, string | undefined>): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'anshi', 'mediasoup');
}

/** Worker binaries of mediasoup, one for each version, processor and system. */
export class WorkerCache {
  readonly root: string;
  readonly #version: string;

  /** @param version of the npm package, which speaks to no other worker. */
  constructor(root: string, version: string) {
    this.root = root;
    this.#version = version;
  }

  /** The folder of this version on this machine. */
  get folder(): string {
    return join(this.root, `${this.#version}-${systemName()}`);
  }

  /** Reads the whole binary: what was changed after it was kept is not started. */
  async find(): Promise<CachedWorker> {
    const bin = join(this.folder, BINARY);
    let text: string;
    let binary: Buffer;
    try {
      [text, binary] = await Promise.all([
        readFile(join(this.folder, RECORD), 'utf8'),
        readFile(bin),
      ]);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { missing: true };
      return { spoiled: `${this.folder} cannot be read: ${(error as Error).message}` };
    }
    const record = recordOf(text);
    if (!record) return { spoiled: `${join(this.folder, RECORD)} is not a record of a worker` };
    if (record.version !== this.#version) {
      return { spoiled: `${bin} is of version ${record.version}, not ${this.#version}` };
    }
    if (sha256(binary) !== record.sha256) {
      return { spoiled: `${bin} does not have the SHA-256 digest that was recorded for it` };
    }
    return { bin, record };
  }

  /**
   * Keeps a binary. It is seen whole or not at all.
   *
   * @returns its path in the cache.
   * @throws Error of the file system; nothing is left then.
   */
  async keep(binary: string, from: WorkerRecord['from']): Promise<string> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const draft = await mkdtemp(join(this.root, '.draft-'));
    try {
      await copyFile(binary, join(draft, BINARY));
      await chmod(join(draft, BINARY), 0o755);
      const digest = sha256(await readFile(join(draft, BINARY)));
      const record: WorkerRecord = { version: this.#version, sha256: digest, from };
      await writeFile(join(draft, RECORD), `${JSON.stringify(record)}\n`);
      await rm(this.folder, { recursive: true, force: true });
      await rename(draft, this.folder);
      await rm(this.#failureFile, { force: true });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    return join(this.folder, BINARY);
  }

  /** Keeps why no worker could be made, until one is kept. */
  async noteFailure(failure: WorkerFailure): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ version: this.#version, ...failure });
    await writeFile(this.#failureFile, `${text}\n`, { mode: 0o600 });
  }

  /** Why no worker was made at the last attempt; null where none failed. */
  async failure(): Promise<WorkerFailure | null> {
    const text = await readFile(this.#failureFile, 'utf8').catch(() => '');
    const failure = failureOf(text);
    if (failure?.version !== this.#version) return null;
    return { code: failure.code, reason: failure.reason };
  }

  get #failureFile(): string {
    return `${this.folder}.failed.json`;
  }
}

function failureOf(text: string): z.infer<typeof failureSchema> | undefined {
  try {
    return failureSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function recordOf(text: string): WorkerRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
