import { createHash, type KeyObject } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { EvidenceStore } from '../../platform/store/content.ts';
import { findingFile, PACK_FORMAT, type PackIndex, packFiles, signIndex } from './format.ts';
import type { Gathered } from './gather.ts';

/** The same for each file: the bytes of a pack depend on its content alone. */
const MTIME = new Date(Date.UTC(2000, 0, 1, 12));

const README = `Evidence of an incident, made by Anshi.
一起违章事件的证据包，由 Anshi 生成。

Check it, without a database and without a network:
校验（无需数据库与网络）：

  npm run -s evidence:verify -- --key anchor-key.pub.pem PACK.zip

The key is the public key of the plant, which comes by another way than this pack.
密钥为工厂的公钥，应通过本证据包以外的途径取得。

record.json      the incident, its findings and verdicts      事件、发现与结论
signatures.json  what the camera workers signed                分析进程的签名
keys.json        the public keys of those workers              分析进程的公钥
audit.json       lines of the audit log in their chain         审计日志及其链
findings/        pictures, videos and boxes of each finding    各发现的抓拍、录像与检测框
findings/*/scene clips of the other cameras, faces blurred     其他摄像机录像（人脸已模糊）
pack.json        digests of all files, signed in pack.sig.json 全部文件的摘要及签名
`;

/** A document that goes into the pack. */
export interface PackedDocument {
  path: string;
  bytes: Buffer;
}

export interface PackPlan {
  index: PackIndex;
  /** Small files by path, in order. */
  texts: readonly PackedDocument[];
  /** Files of the store. */
  evidence: readonly { path: string; sha256: string; bytes: number }[];
}

/** Says what a pack holds, byte for byte but its evidence. */
export function planPack(
  gathered: Gathered,
  about: Pick<
    PackIndex,
    'tenant' | 'pack' | 'madeAt' | 'madeBy' | 'originals' | 'exportedBefore'
  > & {
    key: KeyObject;
  },
  documents: readonly PackedDocument[] = [],
): PackPlan {
  const { incident, verdicts, evidence, scene, missing, signatures, keys, audit } = gathered;
  const { key, ...head } = about;
  const json = (path: string, value: unknown): PackedDocument => ({
    path,
    bytes: Buffer.from(`${JSON.stringify(value, null, 1)}\n`),
  });
  const records = [
    json(packFiles.record, { incident, verdicts, sceneClips: scene }),
    json(packFiles.signatures, signatures),
    json(packFiles.keys, keys),
    json(packFiles.audit, audit),
    { path: packFiles.readme, bytes: Buffer.from(README) },
  ];
  const sized = (kind: 'record' | 'document') => (one: PackedDocument) => ({
    path: one.path,
    sha256: createHash('sha256').update(one.bytes).digest('hex'),
    bytes: one.bytes.length,
    finding: null,
    kind,
  });
  const stored = [
    ...evidence.map((one) => ({ ...one, path: findingFile(one.finding, one.kind) })),
    ...scene.flatMap(({ finding, sha256, file }) =>
      file && sha256 ? [{ ...file, finding, kind: 'scene-clip' as const, sha256 }] : [],
    ),
  ];
  const index: PackIndex = {
    format: PACK_FORMAT,
    ...head,
    incident: incident.id,
    findings: incident.members.map(({ violation }) => violation.id),
    files: [
      ...records.map(sized('record')),
      ...documents.map(sized('document')),
      ...stored.map(({ path, sha256, bytes, finding, kind }) => ({
        path,
        sha256,
        bytes,
        finding,
        kind,
      })),
    ],
    missing: [
      ...missing,
      ...scene.flatMap(({ finding, camera, why, sha256 }) =>
        why === null ? [] : [{ finding, kind: 'scene-clip' as const, camera, why, sha256 }],
      ),
    ],
    audit: audit.map(({ seq, hash }) => ({ seq, hash })),
  };
  const first = json(packFiles.index, index);
  const signed = json(packFiles.signature, signIndex(key, first.bytes));
  return { index, texts: [first, signed, ...records, ...documents], evidence: stored };
}

/**
 * The archive as a stream: evidence goes from the store into it without lying on a disk in the clear. Twice the
 * same plan gives the same bytes.
 */
export function packStream(
  { texts, evidence }: PackPlan,
  store: Pick<EvidenceStore, 'read'>,
  tenant: string,
): Readable {
  const zip = new ZipFile();
  const out = new PassThrough();
  const fail = (error: unknown) => out.destroy(error as Error);
  zip.on('error', fail);
  for (const { path, bytes } of texts) {
    zip.addBuffer(bytes, path, { mtime: MTIME, mode: 0o100644, compress: true });
  }
  for (const { path, sha256, bytes } of evidence) {
    const options = { mtime: MTIME, mode: 0o100644, compress: false, size: bytes };
    zip.addReadStreamLazy(path, options, (give) => {
      const stream = store.read(tenant, sha256);
      // A stream that fails would leave the archive waiting for its end.
      stream.on('error', fail);
      give(null, stream);
    });
  }
  zip.end();
  zip.outputStream.pipe(out);
  return out;
}

/** The digest and the size of an archive. */
export async function digestOfPack(stream: Readable): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
