import { lineFault, type ReadLine, readLine } from '../../../platform/audit/attested-line.ts';
import {
  isIndexSigned,
  type PackIndex,
  type PackSignature,
  packedAudit,
  packFiles,
  packIndex,
  packSignature,
} from '../format.ts';
import { compareFile, type Digest, Flaws, type PackFlaw } from './flaws.ts';
import { type Opened, parsed, readPart } from './opened.ts';
import { NotAPack, openArchive, type ZipContents } from './read-zip.ts';
import { checkSignatures } from './signatures.ts';

/** What a check of a pack found. */
export interface PackVerification {
  ok: boolean;
  tenant: string;
  incident: string;
  pack: string;
  madeAt: string;
  madeBy: string;
  /** The key of the plant, and whether it is the one that the caller trusts; null where none was given. */
  key: string;
  trusted: boolean | null;
  findings: number;
  files: number;
  /** How many statements of workers were signed rightly, and how many lines of the log are in the chain. */
  signed: number;
  lines: number;
  /** What the pack itself says that it lacks: it is no flaw. */
  notes: string[];
  flaws: PackFlaw[];
}

/**
 * Checks a pack of evidence by what lies in it, without a database or a network.
 *
 * @param trustedKey the public key of the plant's anchors, in PEM; without it the key in the pack is
 *   believed, and a pack that another plant made as a whole is not noticed.
 * @throws NotAPack where the file is none.
 */
export async function verifyPack(path: string, trustedKey?: string): Promise<PackVerification> {
  const zip = await openArchive(path);
  try {
    const flaws = new Flaws();
    const { index, signature } = await readIndex(zip, trustedKey, flaws);
    const digests = new Map<string, Digest>();
    for (const name of zip.names) {
      digests.set(name, await digestOf(zip, name, flaws));
    }
    const publicKey = trustedKey ?? signature.publicKey;
    const opened: Opened = { zip, index, publicKey, digests, flaws };
    checkFiles(opened);
    const lines = await checkAudit(opened);
    const signed = await checkSignatures(opened, lines);
    return {
      ok: flaws.list.length === 0,
      tenant: index.tenant,
      incident: index.incident,
      pack: index.pack,
      madeAt: index.madeAt,
      madeBy: index.madeBy,
      key: signature.key,
      trusted: trustedKey === undefined ? null : isTrusted(signature, trustedKey),
      findings: index.findings.length,
      files: index.files.length,
      signed: signed.count,
      lines: lines.length,
      notes: [...notesOf(index), ...signed.notes],
      flaws: flaws.list,
    };
  } finally {
    zip.close();
  }
}

const bare = (pem: string) => pem.replaceAll(/\s/g, '');
const isTrusted = ({ publicKey }: PackSignature, trusted: string) =>
  bare(publicKey) === bare(trusted);

async function readIndex(zip: ZipContents, trustedKey: string | undefined, flaws: Flaws) {
  for (const name of [packFiles.index, packFiles.signature]) {
    if (!zip.names.has(name)) throw new NotAPack(`it has no ${name}`);
  }
  const bytes = await zip.read(packFiles.index);
  const index = packIndex.safeParse(parsed(bytes)).data;
  if (!index) throw new NotAPack(`${packFiles.index} is not that of a pack`);
  const signature = packSignature.safeParse(parsed(await zip.read(packFiles.signature))).data;
  if (!signature) throw new NotAPack(`${packFiles.signature} is no signature`);
  if (trustedKey !== undefined && !isTrusted(signature, trustedKey)) {
    flaws.add(
      'key',
      packFiles.signature,
      'the pack was signed with another key than the one given',
    );
  }
  if (!isIndexSigned(signature, bytes, trustedKey ?? signature.publicKey)) {
    flaws.add('changed', packFiles.index, 'the table of contents is not the one that was signed');
  }
  return { index, signature };
}

async function digestOf(zip: ZipContents, name: string, flaws: Flaws): Promise<Digest> {
  try {
    return await zip.digest(name);
  } catch (error) {
    flaws.add('changed', name, `it cannot be unpacked: ${(error as Error).message}`);
    return { sha256: '', bytes: -1 };
  }
}

function checkFiles({ index, digests, flaws }: Opened): void {
  const known = new Map(index.files.map(({ path, sha256 }) => [path, sha256]));
  for (const file of index.files) {
    compareFile(flaws, file.path, file, digests.get(file.path) ?? null, known);
  }
  const named = new Set<string>([packFiles.index, packFiles.signature, ...known.keys()]);
  for (const name of digests.keys()) {
    if (!named.has(name)) flaws.add('added', name, 'the table of contents does not name it');
  }
}

async function checkAudit(opened: Opened): Promise<ReadLine[]> {
  const { index, publicKey, flaws } = opened;
  const lines = (await readPart(opened, packFiles.audit, packedAudit)) ?? [];
  const hashes = new Map(lines.map(({ seq, hash }) => [seq, hash]));
  for (const { seq, hash } of index.audit) {
    const place = `audit line ${seq}`;
    if (!hashes.has(seq)) flaws.add('removed', place, 'the line is not in the pack');
    else if (hashes.get(seq) !== hash) {
      flaws.add('changed', place, 'the table of contents names another line');
    }
  }
  const named = new Set(index.audit.map(({ seq }) => seq));
  return lines.flatMap((line) => {
    const place = `audit line ${line.seq}`;
    if (!named.has(line.seq)) flaws.add('added', place, 'the table of contents does not name it');
    const fault = lineFault(line, index.tenant, publicKey);
    if (fault !== null) flaws.add('changed', place, fault);
    // Also one with a fault, which is named by now: the rest of the pack is compared with it.
    return readLine(line) ?? [];
  });
}

function notesOf(index: PackIndex): string[] {
  const reasons = {
    'never-there': 'there never was one',
    removed: 'it was removed at the end of its term',
    lost: 'the store has lost it',
    withheld: 'the original was not given out with this pack',
    'not-ready': 'no version with blurred faces was there when the pack was made',
  };
  return index.missing.map(
    ({ finding, kind, camera, why }) =>
      `${kind}${camera ? ` of camera ${camera}` : ''} of finding ${finding}: not in the pack, ${reasons[why]}`,
  );
}
