import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import type { App, Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { addFileRoutes } from './file-routes.ts';
import { createFiles, type FilesCore } from './files.ts';
import { type Inspected, inspectFile, type LooseFile } from './inspect.ts';
import { createIntake, type IntakeParts } from './intake.ts';
import { sweepFiles } from './sweep.ts';
import { addUploadRoutes } from './upload-routes.ts';
import { createUploads, problemOf } from './uploads.ts';

const SWEEP_EVERY_MS = 10 * 60_000;
/** Interval of the sweep of the whole store. */
const ORPHANS_EVERY = 144;

/** The file service of the platform: its functions, its routes, and its clean-up. */
export interface FilesModule extends Module {
  files: FilesCore;
  /**
   * Adds a local file as if the user had uploaded it: for the demonstration's pictures.
   *
   * @returns its id; errors show where it is attached.
   */
  receive(user: string, file: LooseFile): Promise<string>;
  /** The same, for files that come in another one. @throws Problem `file.*` where it is refused. */
  take(user: string, file: LooseFile): Promise<string>;
  /** The checks of an upload, without keeping anything. @throws Problem `file.*` */
  inspect(file: LooseFile): Promise<Inspected>;
  /** Its part of the system state. */
  status(): Promise<FilesStatus>;
  /** Resumes pending work, and repeats it; {@link FilesModule.close} stops it. */
  start(): void;
  /** Waits for the files being checked. */
  close(): Promise<void>;
}

export interface FilesStatus {
  /** The folder, or the bucket. */
  store: string;
  /** Whether the bytes are encrypted at rest. */
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

  async function receive(userId: string, { name, mediaType, bytes }: LooseFile): Promise<string> {
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
  }

  return {
    name: 'files',
    files,
    register(app: App) {
      addUploadRoutes(app, { uploads, files, database });
      addFileRoutes(app, { files, units, store });
    },
    receive,
    async take(userId, file) {
      const id = await receive(userId, file);
      const upload = await database.transaction({ tenant: parts.tenant, user: null }, (tx) =>
        tx.upload.findFirst({ where: { tenantId: parts.tenant, id } }),
      );
      if (upload?.state === 'refused') throw problemOf(upload);
      if (upload?.state !== 'stored') throw new Problem('file.not-checked');
      return id;
    },
    inspect: (file) => inspectFile(parts, file),
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
