import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf } from '../access/account.ts';
import { accountOf } from '../access/request-account.ts';
import type { Database } from '../db/database.ts';
import type { App } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { problems } from '../http/problems.ts';
import { readAnnouncement } from './announce.ts';
import type { FilesCore } from './files.ts';
import { fileId, fileView, viewFile } from './schema.ts';
import { problemOf, UPLOADS_PATH, type Uploads } from './uploads.ts';

const PIECE = 'application/offset+octet-stream';
const WAIT_MS = 20_000;
const params = z.object({ id: fileId });
const tags = ['files'];
const config = { permission: 'self' } as const;

/** The routes of resumable uploads: tus 1.0.0 behind our own authentication. */
export function addUploadRoutes(
  app: App,
  { uploads, files, database }: { uploads: Uploads; files: FilesCore; database: Database },
): void {
  app.register(async (scope: App) => {
    // The body is streamed to the disk.
    scope.addContentTypeParser(
      PIECE,
      (_request: FastifyRequest, payload: Readable, done: (e: null, body: unknown) => void) =>
        done(null, payload),
    );
    scope.post(
      UPLOADS_PATH,
      {
        config,
        schema: {
          tags,
          operationId: 'beginUpload',
          summary: 'Begins the upload of a file',
          description:
            'Resumable uploads by tus 1.0.0. `upload-metadata` holds filename and filetype, `upload-length` the bytes. The id in the address is that of the file later.',
          response: { 201: z.null(), ...problems(400, 401, 403, 413, 422, 429, 503) },
        },
      },
      async (request, reply) => {
        const account = accountOf(request);
        const announced = readAnnouncement(request.headers);
        const id = await uploads.begin(account, request.raw, announced);
        await hand(uploads, request, reply);
        if (reply.raw.statusCode !== 201) await uploads.forget(account, id);
      },
    );
    scope.head(
      `${UPLOADS_PATH}/:id`,
      {
        config,
        schema: {
          tags,
          operationId: 'uploadOffset',
          summary: 'Returns how much of a file was received',
          params,
        },
      },
      (request, reply) => goOn(uploads, request, reply, request.params.id),
    );
    scope.patch(
      `${UPLOADS_PATH}/:id`,
      {
        config,
        schema: {
          tags,
          operationId: 'goOnUpload',
          summary: 'Sends the next piece of a file',
          description: 'The answer to the last piece has the id of the file in `anshi-file-id`.',
          consumes: [PIECE],
          params,
          response: { 204: z.null(), ...problems(401, 403, 404, 503) },
        },
      },
      async (request, reply) => {
        await goOn(uploads, request, reply, request.params.id);
      },
    );
    scope.delete(
      `${UPLOADS_PATH}/:id`,
      {
        config,
        schema: {
          tags,
          operationId: 'cancelUpload',
          summary: 'Gives an upload up',
          params,
          response: { 204: z.null(), ...problems(401, 403, 404, 409, 503) },
        },
      },
      async (request, reply) => {
        const account = accountOf(request);
        const upload = await uploads.own(account, request.params.id);
        if (upload.state === 'received') throw new Problem('file.not-checked');
        await uploads.forget(account, upload.id);
        return reply.code(204).header('tus-resumable', '1.0.0').send(null);
      },
    );
    scope.get(
      `${UPLOADS_PATH}/:id/file`,
      {
        config,
        schema: {
          tags,
          operationId: 'uploadedFile',
          summary: 'The file that an upload became, or why it was refused',
          description: 'Waits for seconds while the file is checked; 202 where that takes longer.',
          params,
          response: {
            200: fileView,
            202: z.object({ state: z.literal('checking') }),
            ...problems(401, 403, 404, 409, 413, 422, 503),
          },
        },
      },
      async (request, reply) => {
        const account = accountOf(request);
        const upload = await uploads.checked(account, request.params.id, WAIT_MS);
        if (upload.state === 'coming') throw new Problem('file.not-received');
        if (upload.state === 'refused') throw problemOf(upload);
        if (upload.state === 'received') return reply.code(202).send({ state: 'checking' });
        const seen = await database.transaction(actorOf(account), (tx) =>
          files.see(tx, account, upload.id),
        );
        // The sender needs no notice.
        return viewFile(seen.file, seen.sight ?? 'original');
      },
    );
  });
}

async function goOn(
  uploads: Uploads,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
): Promise<FastifyReply> {
  const upload = await uploads.own(accountOf(request), id);
  if (upload.state === 'coming') {
    uploads.hand(request.raw, upload);
    return hand(uploads, request, reply);
  }
  // It is complete: a client that lost the last response learns so.
  const bytes = String(upload.bytes);
  request.raw.resume();
  return reply
    .code(request.method === 'HEAD' ? 200 : 204)
    .headers({
      'tus-resumable': '1.0.0',
      'upload-offset': bytes,
      'upload-length': bytes,
      'cache-control': 'no-store',
      'anshi-file-id': id,
    })
    .send();
}

/** Passes the request to the protocol, with the headers set so far. */
async function hand(
  { tus }: Uploads,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.hijack();
  await tus.handle(request.raw, reply.raw);
  return reply;
}
