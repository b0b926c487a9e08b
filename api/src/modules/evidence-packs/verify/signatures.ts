import {
  type EvidenceStatement,
  evidenceKeyIdOf,
  readSeal,
  readStatement,
  statementDigest,
} from '@anshi/contracts/evidence-signature';
import type { ReadLine } from '../../../platform/audit/attested-line.ts';
import {
  type EvidenceKind,
  evidenceKinds,
  findingFile,
  type PackedKey,
  type PackedSignature,
  packedKeys,
  packedRecord,
  packedSignatures,
  packFiles,
} from '../format.ts';
import { compareFacts, compareRecording } from './facts.ts';
import { compareFile, type Digest, type Flaws } from './flaws.ts';
import { type Opened, readPart } from './opened.ts';

/**
 * Checks what the workers signed: by the right key, which the audit log knows, countersigned there, and about
 * what lies in the pack.
 *
 * @returns how many statements were signed rightly, and what came unsigned.
 */
export async function checkSignatures(
  opened: Opened,
  lines: readonly ReadLine[],
): Promise<{ count: number; notes: string[] }> {
  const { index, flaws } = opened;
  const signatures = (await readPart(opened, packFiles.signatures, packedSignatures)) ?? [];
  const keys = (await readPart(opened, packFiles.keys, packedKeys)) ?? [];
  const record = await readPart(opened, packFiles.record, packedRecord);
  const shown = new Map(
    (record?.incident.members ?? []).map(({ violation }) => [String(violation.id), violation]),
  );
  if (record && record.incident.id !== index.incident) {
    flaws.add('swapped', packFiles.record, 'it is the record of another incident');
  }
  const notes: string[] = [];
  let count = 0;
  for (const finding of index.findings) {
    const own = signatures.filter(({ violation }) => violation === finding);
    const line = recordedIn(lines, finding);
    if (!shown.has(finding)) {
      flaws.add('removed', `finding ${finding}`, 'the record of the incident does not have it');
    }
    if (own.length === 0) {
      if (line?.after?.signature === 'unsigned' || !line?.after?.statement) {
        notes.push(`finding ${finding} came unsigned from its worker`);
      } else {
        flaws.add(
          'removed',
          `finding ${finding}`,
          'the signature that the audit log names is gone',
        );
      }
    }
    for (const one of own) {
      const statement = checkOne(opened, one, keys, lines);
      const violation = shown.get(finding);
      if (!statement) continue;
      count += 1;
      if (violation) compareFacts(flaws, `finding ${finding}`, violation, one.part, statement);
      if (violation && line && one.part === 'confirmed') {
        compareRecording(flaws, `finding ${finding}`, violation, line);
      }
      checkEvidence(opened, finding, statement, signatures);
    }
    for (const { digest, part } of namedIn(lines, finding)) {
      if (!own.some((one) => one.part === part && statementDigest(one.statement) === digest)) {
        const detail = 'the audit log names a signature that is not in the pack';
        flaws.add('removed', `finding ${finding} (${part})`, detail);
      }
    }
  }
  for (const id of shown.keys()) {
    if (!index.findings.includes(id)) {
      flaws.add('added', `finding ${id}`, 'the table of contents does not name it');
    }
  }
  return { count, notes };
}

const linesOf = (lines: readonly ReadLine[], entity: string, id: string) =>
  lines.filter((line) => line.entity === entity && line.entityId === id);
const recordedIn = (lines: readonly ReadLine[], finding: string) =>
  linesOf(lines, 'violation', finding).find(({ action }) => action === 'create');
const namedIn = (lines: readonly ReadLine[], finding: string) =>
  linesOf(lines, 'violation', finding).flatMap(({ after }) =>
    typeof after?.statement === 'string'
      ? [{ digest: after.statement, part: String(after.part) }]
      : [],
  );

/** @returns what was signed, where it was signed by the right key and countersigned. */
function checkOne(
  { index, flaws }: Opened,
  one: PackedSignature,
  keys: readonly PackedKey[],
  lines: readonly ReadLine[],
): EvidenceStatement | null {
  const place = `finding ${one.violation} (${one.part})`;
  const key = keys.find(({ id }) => id === one.key);
  if (!key) {
    flaws.add('key', place, `its key ${one.key} is not in the pack`);
    return null;
  }
  if (evidenceKeyIdOf(key.publicKey) !== key.id) {
    flaws.add('changed', `key ${key.id}`, 'the public key is another one than its id says');
    return null;
  }
  const statement = readSeal(key.publicKey, one);
  if (!statement) {
    flaws.add('changed', place, 'what is said to be signed was not signed by this key');
    return null;
  }
  if (statement.violation !== one.violation || statement.tenant !== index.tenant) {
    flaws.add('swapped', place, `it was signed about the finding ${statement.violation}`);
    return null;
  }
  checkKey(flaws, place, key, statement, lines);
  const digest = statementDigest(one.statement);
  const line = linesOf(lines, 'violation', one.violation).find(
    ({ after }) => after?.statement === digest,
  );
  if (!line) {
    flaws.add('signature', place, 'no line of the audit log countersigns it');
    return null;
  }
  if (line.after?.signature !== 'signed') {
    const said = String(line.after?.signature);
    flaws.add('signature', place, `the audit log says of the signature: ${said}`);
    return null;
  }
  const revoked = linesOf(lines, 'evidence-key', key.id).find(
    ({ action }) => action === 'revoke-credential',
  );
  if (revoked && revoked.at <= line.at) {
    const when = new Date(revoked.at).toISOString();
    flaws.add('key', place, `its key was revoked at ${when}, before this was recorded`);
    return null;
  }
  return statement;
}

/** The key must be that of the worker, and must have been enrolled. */
function checkKey(
  flaws: Flaws,
  place: string,
  key: PackedKey,
  { worker }: EvidenceStatement,
  lines: readonly ReadLine[],
): void {
  const enrolled = linesOf(lines, 'evidence-key', key.id).find(({ action }) => action === 'enrol');
  if (!enrolled) {
    flaws.add('key', place, `no line of the audit log enrolled its key ${key.id}`);
  } else if (enrolled.after?.worker !== worker || key.worker !== worker) {
    const owner = String(enrolled.after?.worker);
    flaws.add('key', place, `it is signed for ${worker} with the key of ${owner}`);
  }
}

/** The files of a finding against the digests that its worker signed. */
function checkEvidence(
  { index, digests, flaws }: Opened,
  finding: string,
  { data }: EvidenceStatement,
  all: readonly PackedSignature[],
): void {
  const others = new Map(
    all.flatMap(({ violation, statement }): [string, string][] =>
      signedFiles(readStatement(statement)?.data ?? {}).map(([kind, { sha256 }]) => [
        findingFile(violation, kind),
        sha256,
      ]),
    ),
  );
  for (const [kind, expected] of signedFiles(data)) {
    const path = findingFile(finding, kind);
    if (index.missing.some((one) => one.finding === finding && one.kind === kind)) continue;
    compareFile(flaws, path, expected, digests.get(path) ?? null, others);
  }
}

/** The files that a statement names. */
function signedFiles(data: EvidenceStatement['data']): [EvidenceKind, Digest][] {
  const clip = data.clip as { video?: unknown; boxes?: unknown } | null | undefined;
  const all = { snapshot: data.snapshot, clip: clip?.video, boxes: clip?.boxes };
  return evidenceKinds.flatMap((kind): [EvidenceKind, Digest][] => {
    const file = all[kind] as Digest | null | undefined;
    return file ? [[kind, file]] : [];
  });
}
