import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { evidenceKeyId, instant, sha256, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { fingerprintOf } from '../../platform/audit/anchor-signature.ts';
import { attestedLine } from '../../platform/audit/attested-line.ts';

/*
 * What a pack of evidence holds. The index names every other file with its digest, and is signed with the
 * key that signs the anchors of the audit chain. This file needs no database: packs are checked by it.
 */

export const PACK_FORMAT = 'anshi-evidence-pack-1';

/** Names of the files in a pack; those of a finding lie in a folder of its id. */
export const packFiles = {
  index: 'pack.json',
  signature: 'pack.sig.json',
  record: 'record.json',
  signatures: 'signatures.json',
  keys: 'keys.json',
  audit: 'audit.json',
  readme: 'README.txt',
} as const;

export const parts = ['confirmed', 'ended', 'clip'] as const;
/** Kinds of files of a finding, with the media type of each. */
export const evidenceKinds = ['snapshot', 'clip', 'boxes'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];
const endings = { snapshot: 'snapshot.jpg', clip: 'clip.mp4', boxes: 'boxes.json' } as const;

export const findingFile = (finding: string, kind: EvidenceKind): string =>
  `findings/${finding}/${endings[kind]}`;

/** The clip of another camera at the place of a finding, with blurred faces. */
export const sceneClipFile = (finding: string, camera: string): string =>
  `findings/${finding}/scene/${camera}.mp4`;

const why = z.enum(['never-there', 'removed', 'lost', 'withheld', 'not-ready']);
export type MissingWhy = z.infer<typeof why>;

export const packIndex = z.object({
  format: z.literal(PACK_FORMAT),
  tenant: slug,
  /** Id of the pack. */
  pack: ulid,
  incident: ulid,
  madeAt: instant,
  /** User name. */
  madeBy: z.string(),
  /** Whether the pictures and videos are those that the workers signed, or blurred ones. */
  originals: z.boolean(),
  /** Downloads of earlier packs of the incident, newest first: this one is not the first that left the plant. */
  exportedBefore: z
    .array(z.object({ pack: ulid, by: z.string(), at: instant }))
    .max(200)
    .default([]),
  findings: z.array(ulid).max(1_000),
  files: z
    .array(
      z.object({
        path: z.string().max(200),
        sha256,
        bytes: z.number().int().nonnegative(),
        finding: ulid.nullable(),
        kind: z.enum([...evidenceKinds, 'scene-clip', 'record', 'document']),
      }),
    )
    .max(10_000),
  /** Files that the findings name and that are not here. */
  missing: z.array(
    z.object({
      finding: ulid,
      kind: z.enum([...evidenceKinds, 'scene-clip']),
      /** Of a clip of another camera. */
      camera: z.string().optional(),
      why,
      sha256: sha256.nullable(),
    }),
  ),
  audit: z.array(z.object({ seq: z.string(), hash: sha256 })),
});
export type PackIndex = z.infer<typeof packIndex>;

export const packSignature = z.object({
  key: z.string(),
  /** PEM. */
  publicKey: z.string().max(1_000),
  signature: z.string().max(200),
});
export type PackSignature = z.infer<typeof packSignature>;

export const packedSignatures = z.array(
  z.object({
    violation: ulid,
    part: z.enum(parts),
    worker: z.string(),
    /** As it was judged when it was recorded. */
    state: z.string(),
    key: z.string(),
    statement: z.string(),
    signature: z.string(),
  }),
);
export type PackedSignature = z.infer<typeof packedSignatures>[number];

export const packedKeys = z.array(
  z.object({
    id: evidenceKeyId,
    worker: z.string(),
    publicKey: z.string(),
    enrolledAt: instant,
    revokedAt: instant.nullable(),
  }),
);
export type PackedKey = z.infer<typeof packedKeys>[number];

export const packedAudit = z.array(attestedLine);

/** What is compared of the record; it has more. */
export const packedRecord = z.object({
  incident: z.object({
    id: ulid,
    members: z.array(z.object({ violation: z.record(z.string(), z.unknown()) })),
  }),
});
export type PackedRecord = z.infer<typeof packedRecord>;

const signedText = (index: Uint8Array) =>
  Buffer.from(`anshi.pack.1\n${createHash('sha256').update(index).digest('hex')}`);

/** @param index the bytes of the index as they lie in the pack. */
export function signIndex(privateKey: KeyObject, index: Uint8Array): PackSignature {
  const key = createPublicKey(privateKey);
  return {
    key: fingerprintOf(key),
    publicKey: key.export({ type: 'spki', format: 'pem' }) as string,
    signature: sign(null, signedText(index), privateKey).toString('base64'),
  };
}

/** Whether the index was signed with this key, which is given in PEM. */
export function isIndexSigned(
  { signature }: PackSignature,
  index: Uint8Array,
  publicKeyPem: string,
): boolean {
  try {
    const bytes = Buffer.from(signature, 'base64');
    return verify(null, signedText(index), createPublicKey(publicKeyPem), bytes);
  } catch {
    return false;
  }
}
