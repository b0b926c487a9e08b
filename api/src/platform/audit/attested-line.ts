import { z } from 'zod';
import { anchorSchema, isSigned } from './anchor-signature.ts';
import { sealHash } from './seal-hash.ts';

/*
 * Lines of the audit log outside of the database: in packs of evidence.
 */

const number = z.string().regex(/^\d{1,19}$/);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** A line with its place in the chain, and the signature over that place. */
export const attestedLine = z.object({
  seq: number,
  position: number,
  /** Of the line before it in the chain. */
  previous: hex64,
  hash: hex64,
  /** Every column of the line, as it was sealed; see `contentOf`. */
  content: z.string(),
  anchor: anchorSchema,
});
export type AttestedLine = z.infer<typeof attestedLine>;

/** A line in words. */
export interface ReadLine {
  seq: string;
  /** Ms since 1970. */
  at: number;
  user: string | null;
  action: string;
  entity: string;
  entityId: string | null;
  after: Record<string, unknown> | null;
  before: Record<string, unknown> | null;
  reason: string | null;
}

/** What is wrong with a line; null where it is what was sealed at its place. */
export function lineFault(line: AttestedLine, tenant: string, publicKeyPem: string): string | null {
  const { seq, position, previous, hash, content, anchor } = line;
  const place = { tenant, position: BigInt(position), seq: BigInt(seq), previous };
  if (sealHash({ ...place, content }) !== hash) return 'it is not what was sealed at its place';
  if (anchor.tenant !== tenant || anchor.position !== position || anchor.hash !== hash) {
    return 'its place in the chain is signed for another line';
  }
  return isSigned(anchor, publicKeyPem) ? null : 'its place in the chain is not signed';
}

/** @returns null where the content is not that of a line. */
export function readLine({ seq, content }: AttestedLine): ReadLine | null {
  try {
    const columns = z.array(z.unknown()).length(12).parse(JSON.parse(content));
    const [at, , user, action, entity, entityId, , before, after, reason] = columns;
    const text = z.string().nullable();
    const json = (value: unknown) => {
      const read = text.parse(value);
      return read === null ? null : (JSON.parse(read) as Record<string, unknown>);
    };
    return {
      seq,
      at: z.number().parse(at) / 1000,
      user: text.parse(user),
      action: z.string().parse(action),
      entity: z.string().parse(entity),
      entityId: text.parse(entityId),
      before: json(before),
      after: json(after),
      reason: text.parse(reason),
    };
  } catch {
    return null;
  }
}
