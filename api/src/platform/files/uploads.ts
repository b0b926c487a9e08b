import type { IncomingMessage } from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import type { FastifyError } from 'fastify';
import { ulid } from 'ulid';
import type { Upload } from '../../generated/prisma/client.ts';
import type { Account } from '../access/account.ts';
import { actorOf } from '../access/account.ts';
import { noRoomOf } from '../db/database-errors.ts';
import { Problem, type ProblemCode } from '../http/errors.ts';
import { toProblem } from '../http/problems.ts';
import type { Announcement } from './announce.ts';
import { type Intake, type IntakeParts, removeUpload } from './intake.ts';

export const UPLOADS_PATH = '/api/v1/uploads';

/** Quota per user: unattached files, and uploads in progress. */
export const QUOTA = { bytes: 2 * 1024 ** 3, files: 200 };

/** How long the last chunk waits for the check of the file, so that it can be attached at once. */
const FINISH_WITHIN_MS = 15_000;

/** Resumable uploads (tus 1.0.0), private to their sender. */
export interface Uploads {
  /** The tus protocol, behind the checks of the routes. */
  tus: Server;
  /** Creates the upload of a request that starts one. @throws Problem `file.quota` */
  begin(account: Account, raw: IncomingMessage, announced: Announcement): Promise<string>;
  /** @throws Problem `file.unknown` where it is not the account's own. */
  own(account: Account, id: string): Promise<Upload>;
  /** Sets the upload of a request to the protocol; ownership was checked. */
  hand(raw: IncomingMessage, upload: Upload): void;
  forget(account: Account, id: string): Promise<void>;
  /** Resolves when the file was checked, or after the timeout. */
  checked(account: Account, id: string, withinMs: number): Promise<Upload>;
}

export function createUploads(parts: IntakeParts, intake: Intake): Uploads {
  const { database, folder, tenant } = parts;
  const ids = new WeakMap<IncomingMessage, string>();
  const idOf = ({ runtime }: { runtime?: { node?: { req: unknown } | undefined } | undefined }) =>
    ids.get(runtime?.node?.req as IncomingMessage);
  const tus = new Server({
    path: UPLOADS_PATH,
    datastore: new FileStore({ directory: folder }),
    relativeLocation: true,
    // No CORS: the dashboard has the same origin.
    allowedOrigins: () => false,
    namingFunction(request) {
      const id = idOf(request);
      if (!id) throw new Error('an upload without an id');
      return id;
    },
    // Not from the address: the protocol parses it differently from the router, and would take an
    // id after a question mark for the upload's.
    getFileIdFromRequest: idOf,
    async onResponseError(_request, error) {
      if ('status_code' in error && error.status_code < 500) return undefined;
      // The store of the protocol does not hand on why a write failed.
      const full = await parts.disks.requireRoom(1, 'uploads').catch((problem: Problem) => problem);
      const problem = full ?? (noRoomOf(error) && toProblem(error as FastifyError));
      return problem ? { status_code: 507, body: JSON.stringify(problem) } : undefined;
    },
    async onUploadFinish(_request, { id }) {
      await database.transaction({ tenant, user: null }, (tx) => markReceived(tx, tenant, id));
      void intake.take(id);
      await intake.waitFor(id, FINISH_WITHIN_MS);
      return { headers: { 'anshi-file-id': id } };
    },
  });

  const find = async (account: Account, id: string): Promise<Upload> => {
    const upload = await database.transaction(actorOf(account), (tx) =>
      tx.upload.findUnique({ where: { tenantId_id: { tenantId: account.tenant, id } } }),
    );
    if (!upload || upload.userId !== account.id) throw new Problem('file.unknown');
    return upload;
  };

  return {
    tus,
    async begin(account, raw, announced) {
      // In the folder of uploads first, and in the store then.
      await parts.disks.requireRoom(announced.bytes, 'uploads', 'files');
      const id = ulid();
      await database.transaction(actorOf(account), async (tx) => {
        // Serialised, so that concurrent uploads cannot exceed the quota.
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`upload:${account.tenant}:${account.id}`}, 0))`;
        await refuseAboveQuota(tx, account.id, announced.bytes);
        const { name, mediaType, bytes } = announced;
        const row = { id, tenantId: account.tenant, userId: account.id, name, bytes };
        await tx.upload.createMany({ data: [{ ...row, announcedType: mediaType }] });
      });
      ids.set(raw, id);
      return id;
    },
    own: find,
    hand: (raw, upload) => void ids.set(raw, upload.id),
    async forget(account, id) {
      await database.transaction(actorOf(account), (tx) =>
        tx.upload.deleteMany({
          where: { tenantId: account.tenant, id, userId: account.id, state: { not: 'received' } },
        }),
      );
      await removeUpload(folder, id);
    },
    async checked(account, id, withinMs) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const upload = await find(account, id);
        const left = deadline - Date.now();
        if (upload.state !== 'received' || left <= 0) return upload;
        // Another process may be working on it; this one knows its own work only.
        const nap = new Promise((resolve) => setTimeout(resolve, Math.min(left, 300)));
        await Promise.race([intake.waitFor(id, left), nap]);
        await nap;
      }
    },
  };
}

type Tx = Parameters<Parameters<IntakeParts['database']['transaction']>[1]>[0];

/** All bytes have arrived: the intake takes over. */
export async function markReceived(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.upload.updateMany({
    where: { tenantId, id, state: 'coming' },
    data: { state: 'received' },
  });
}

async function refuseAboveQuota(tx: Tx, userId: string, bytes: number): Promise<void> {
  const [waiting] = await tx.$queryRaw<{ files: number; bytes: number }[]>`
    SELECT count(*)::integer AS files, coalesce(sum(bytes), 0)::float8 AS bytes FROM (
      SELECT bytes FROM upload WHERE user_id = ${userId} AND state IN ('coming', 'received')
      UNION ALL
      SELECT bytes FROM stored_file WHERE uploaded_by = ${userId} AND entity IS NULL
    ) AS waiting`;
  const { files = 0, bytes: used = 0 } = waiting ?? {};
  if (files < QUOTA.files && used + bytes <= QUOTA.bytes) return;
  throw new Problem(
    'file.quota',
    `${files} files with ${Math.round(used / 1024 / 1024)} MiB wait to be attached. Attach or remove them first; they go by themselves after a day.`,
  );
}

/** Why an upload was refused. */
export function problemOf(upload: Upload): Problem {
  const { code, detail } = upload.problem as { code: ProblemCode; detail: string };
  return new Problem(code, detail);
}
