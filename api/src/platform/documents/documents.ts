import { createHash } from 'node:crypto';
import type { Bilingual } from '@anshi/contracts';
import type { Database } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { newDocumentCode, readDocumentCode } from './codes.ts';
import { renderDocument } from './render.ts';
import type { DocumentKind, Verification } from './schema.ts';
import type { DocumentLanguage, DocumentSpec } from './spec.ts';

/** What a document is registered as. */
export interface Issued {
  code: string;
  kind: DocumentKind;
  /** The record that it is about. */
  subject: { entity: string; id: string };
  title: Bilingual;
  language: DocumentLanguage | null;
  /** Whether it supersedes those of the same kind, record and language; left out, it does. */
  supersedes?: boolean;
  mediaType: 'application/pdf' | 'application/zip';
  sha256: string;
  bytes: number;
  pages: number | null;
}

export type Documents = ReturnType<typeof createDocuments>;

/** Draws documents, and keeps what is needed to check them years later. */
export function createDocuments(options: {
  database: Database;
  tenant: string;
  publicUrl: string | null;
}) {
  const { database, tenant, publicUrl } = options;

  return {
    newCode: newDocumentCode,

    /** The page that checks a code. @param origin of the caller, where no public address is set. */
    linkOf: (code: string, origin: string | null): string =>
      `${(publicUrl ?? origin ?? '').replace(/\/$/, '')}/verify/${code}`,

    /** @returns the PDF, not registered yet. */
    async draw(spec: DocumentSpec): Promise<{ bytes: Buffer; pages: number; sha256: string }> {
      const drawn = await renderDocument(spec);
      const bytes = Buffer.from(drawn.bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { bytes, pages: drawn.pages, sha256 };
    },

    /** Registers a document in the transaction that makes it. */
    async register(unit: Unit, issued: Issued): Promise<void> {
      const { subject, supersedes = true, ...row } = issued;
      const by = unit.caller.account;
      const same = { kind: row.kind, entity: subject.entity, entityId: subject.id };
      if (supersedes) {
        await unit.tx.document.updateMany({
          where: { ...same, language: row.language, supersededAt: null },
          data: { supersededAt: new Date() },
        });
      }
      await unit.tx.document.create({
        data: {
          tenantId: unit.caller.tenant,
          ...row,
          entity: subject.entity,
          entityId: subject.id,
          madeBy: by?.id ?? null,
        },
      });
      const { kind, sha256, language } = row;
      const after = { kind, sha256, language, [subject.entity]: subject.id };
      await unit.audit({ action: 'create', entity: 'document', id: row.code, after });
    },

    /** @throws Problem `document.unknown` */
    verification: (typed: string): Promise<Verification> =>
      database.transaction({ tenant, user: null }, async (tx) => {
        const code = readDocumentCode(typed);
        const row = code ? await tx.document.findFirst({ where: { code } }) : null;
        if (!row) throw new Problem('document.unknown');
        const company = await tx.tenant.findFirst({ where: { id: tenant } });
        return {
          code: row.code,
          kind: row.kind as DocumentKind,
          title: row.title as Bilingual,
          company: (company?.name ?? { zh: tenant, en: tenant }) as Bilingual,
          language: row.language as DocumentLanguage | null,
          madeAt: row.madeAt.toISOString(),
          mediaType: row.mediaType as Verification['mediaType'],
          sha256: row.sha256,
          bytes: row.bytes,
          pages: row.pages,
          supersededAt: row.supersededAt?.toISOString() ?? null,
        };
      }),
  };
}
