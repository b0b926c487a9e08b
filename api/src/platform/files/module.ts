import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import type { App, Module } from '../http/app-types.ts';
import { addFileRoutes } from './file-routes.ts';
import { createFiles, type FilesCore } from './files.ts';
import { createIntake, type IntakeParts } from './intake.ts';
import { sweepFiles } from './sweep.ts';
import { addUploadRoutes } from './upload-routes.ts';
import { createUploads } from './uploads.ts';

const SWEEP_EVERY_MS = 10 * 60_000;
/** The whole store is looked through once a day. */
const ORPHANS_EVERY = 144;

/** The files of the platform: what modules use, its routes, and its care for what is left behind. */
export interface FilesModule extends Module {
  files: FilesCore;
  /**
   * Takes a file that this process has, as if the user had sent it: a demonstration's pictures.
   *
   * @returns its id; what is wrong with it shows where it is attached.
   */
  receive(user: string, file: { name: string; mediaType: string; bytes: Buffer }): Promise<string>;
  /** What the state of the system says of it. */
  status(): Promise<FilesStatus>;
  /** Takes up what was left, and goes on doing so; {@link FilesModule.close} ends it. */
  start(): void;
  /** Waits for the files that are being looked at. */
  close(): Promise<void>;
}

export interface FilesStatus {
  /** The folder, or the bucket. */
  store: string;
  /** Whether the bytes are encrypted where they lie. */
  encrypted: boolean;
  scanner: { state: 'not-configured' | 'ready' | 'unreachable'; version: string | null };
}

export function filesModule(parts: IntakeParts): FilesModule {
  const { database, units, store, scanner, log } = parts;
  const files = createFiles({ store });
  const intake = createIntake(parts);
  const uploads = createUploads(parts, intake);
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<unknown> = Promise.resolve();
  let count = 0;
  let closed = false;

  function sweep(): void {
    if (closed) return;
    const orphans = count++ % ORPHANS_EVERY === ORPHANS_EVERY - 1;
    sweeping = sweepFiles(parts, intake, { orphans })
      .then((swept) => log.debug(swept, 'files swept'))
      .catch((error: unknown) => log.warn({ err: error }, 'files are swept later'))
      .finally(() => {
        timer = closed ? undefined : setTimeout(sweep, SWEEP_EVERY_MS).unref();
      });
  }

  return {
    name: 'files',
    files,
    register(app: App) {
      addUploadRoutes(app, { uploads, files, database });
      addFileRoutes(app, { files, units, store });
    },
    async receive(userId, { name, mediaType, bytes }) {
      const id = ulid();
      await mkdir(parts.folder, { recursive: true });
      await writeFile(join(parts.folder, id), bytes);
      const row = { tenantId: parts.tenant, id, userId, name, bytes: bytes.length };
      await database.transaction({ tenant: parts.tenant, user: null }, (tx) =>
        tx.upload.createMany({
          data: [{ ...row, announcedType: mediaType, state: 'received' }],
        }),
      );
      await intake.take(id);
      return id;
    },
    async status() {
      const version = await scanner?.version().catch(() => null);
      const state = !scanner ? 'not-configured' : version ? 'ready' : 'unreachable';
      return {
        store: store.place,
        encrypted: store.encrypted,
        scanner: { state, version: version ?? null },
      };
    },
    start: sweep,
    async close() {
      closed = true;
      clearTimeout(timer);
      await intake.idle();
      await sweeping;
    },
  };
}
