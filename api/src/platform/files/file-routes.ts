import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { App } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { problems } from '../http/problems.ts';
import { type ByteRange, type SentFile, sendFile } from '../http/send-file.ts';
import type { ContentStore } from '../store/content.ts';
import type { FilesCore } from './files.ts';
import { disposition } from './names.ts';
import { fileId, fileView, mayNameAuthor, nameFor, viewFile } from './schema.ts';
import type { StoredBytes, StoredFile } from './types.ts';

const params = z.object({ id: fileId });
const tags = ['files'];
const config = { permission: 'self' } as const;
const bytesOf = (description: string) => ({
  description,
  content: { 'application/octet-stream': { schema: z.any() } },
});
const answers = {
  200: bytesOf('The file.'),
  206: bytesOf('A part.'),
  ...problems(401, 403, 404, 409, 416, 422, 503),
};

/** The routes of files; access is decided by the guard of the module that a file is attached to. */
export function addFileRoutes(
  app: App,
  { files, units, store }: { files: FilesCore; units: Units; store: ContentStore },
): void {
  const see = (request: FastifyRequest, id: string, needs: 'shown' | 'original') =>
    units.run(callerOf(request), async (unit) => {
      const { file, sight } = await files.see(unit.tx, callerOf(request).account, id);
      // A file outside of the account's access is reported as unknown.
      if (sight === null) throw new Problem('file.unknown');
      if (needs === 'original') {
        if (sight !== 'original') throw new Problem('auth.forbidden');
        const { name, sha256 } = file;
        await unit.audit({
          action: 'view',
          entity: 'file',
          id,
          after: { name, sha256 },
          reason: 'original',
        });
      }
      return { file, sight };
    });

  app.get(
    '/api/v1/files/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'getFile',
        summary: 'Reads what is known of a file',
        params,
        response: { 200: fileView, ...problems(401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { file, sight } = await see(request, request.params.id, 'shown');
      return viewFile(file, sight);
    },
  );
  app.get(
    '/api/v1/files/:id/content',
    {
      config,
      schema: {
        tags,
        operationId: 'readFile',
        summary: 'Reads a file as it is shown: without the data about place and device',
        description: 'Takes ranges. Documents are to be saved, not opened in the page.',
        params,
        response: answers,
      },
    },
    async (request, reply) => {
      const { file, sight } = await see(request, request.params.id, 'shown');
      if (sight === 'anonymous' && mayNameAuthor(file)) throw new Problem('file.withheld');
      // The tag is no digest: the shown bytes of a text are those of the sender's device.
      const shown = { ...file.shown, tag: `${file.id}-shown` };
      return answer(request, reply, file, shown, shownAs(file, nameFor(file, sight)));
    },
  );
  app.get(
    '/api/v1/files/:id/preview',
    {
      config,
      schema: {
        tags,
        operationId: 'readFilePreview',
        summary: 'Reads a small picture of a photo or a video',
        params,
        response: answers,
      },
    },
    async (request, reply) => {
      const { file } = await see(request, request.params.id, 'shown');
      if (!file.preview) throw new Problem('file.unknown', 'Documents and sounds have no preview.');
      const preview = { ...file.preview, tag: `${file.id}-preview` };
      return answer(request, reply, file, preview, disposition('inline', `${file.id}.jpg`));
    },
  );
  app.get(
    '/api/v1/files/:id/original',
    {
      config,
      schema: {
        tags,
        operationId: 'readFileOriginal',
        summary: 'Reads a file as it came; each reading is kept in the audit log',
        params,
        response: answers,
      },
    },
    async (request, reply) => {
      const { file } = await see(request, request.params.id, 'original');
      const { sha256, bytes, mediaType, name } = file;
      return answer(
        request,
        reply,
        file,
        { sha256, bytes, mediaType },
        disposition('attachment', name),
      );
    },
  );

  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    file: StoredFile,
    stored: StoredBytes & Pick<SentFile, 'tag'>,
    how: string,
  ): FastifyReply {
    if (file.scan === 'pending') throw new Problem('file.not-scanned');
    if (file.scan === 'infected') throw new Problem('file.infected');
    const { tenant } = callerOf(request).account;
    const read = (range: ByteRange): Readable =>
      store.read(tenant, stored.sha256, range ?? undefined);
    reply
      .header('content-disposition', how)
      .header('x-content-type-options', 'nosniff')
      // Browsers must not execute the bytes or load anything from them.
      .header('content-security-policy', "sandbox; default-src 'none'");
    return sendFile(request, reply, { ...stored, read });
  }
}

function shownAs({ kind }: StoredFile, name: string): string {
  if (kind === 'document') return disposition('attachment', name);
  return disposition('inline', kind === 'photo' ? name.replace(/\.[^.]+$/, '.jpg') : name);
}
