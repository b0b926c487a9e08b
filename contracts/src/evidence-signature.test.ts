import { createPrivateKey } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type EvidenceStatement,
  evidenceKeyIdOf,
  newEvidenceKeyPair,
  readSeal,
  STATEMENT_BYTES,
  sealOf,
  signEvidence,
} from './evidence-signature.ts';

const statement: EvidenceStatement = {
  tenant: 'demo',
  worker: 'worker-1',
  event: '01K0000000000000000000000A',
  type: 'cn.anshi.violation.confirmed.v2',
  violation: '01K0000000000000000000000A',
  signedAt: '2026-11-27T08:00:00.000Z',
  clock: { source: 'system', aheadMs: 3, withinMs: 2, comparedAt: '2026-11-27T07:59:00.000Z' },
  data: { rule: '未戴安全帽', confidence: 0.91 },
};
const pair = newEvidenceKeyPair();
const key = { id: evidenceKeyIdOf(pair.publicKey), privateKey: createPrivateKey(pair.privateKey) };
const signed = signEvidence(key, statement);

describe('signature of evidence', () => {
  test('what was signed comes back, from the attributes of the event alone', () => {
    const seal = sealOf(signed);
    expect(seal && readSeal(pair.publicKey, seal)).toEqual(statement);
  });

  test('another text, another signature and another key are not believed', () => {
    const seal = sealOf(signed);
    if (!seal) throw new Error('there is no seal');
    const other = newEvidenceKeyPair();
    const later = seal.statement.replace('T08:00', 'T09:00');
    expect(readSeal(pair.publicKey, { ...seal, statement: later })).toBeNull();
    expect(readSeal(other.publicKey, seal)).toBeNull();
    // A key that claims the id of another is another key all the same.
    expect(readSeal(other.publicKey, { ...seal, key: key.id })).toBeNull();
    const zeros = Buffer.alloc(64).toString('base64');
    expect(readSeal(pair.publicKey, { ...seal, signature: zeros })).toBeNull();
    expect(readSeal('no key', seal)).toBeNull();
  });

  test('a statement that grows beyond its limit, or is no text, is none', () => {
    const bomb = deflateRawSync(Buffer.alloc(STATEMENT_BYTES + 1)).toString('base64');
    expect(sealOf({ ...signed, evidencestatement: bomb })).toBeNull();
    const noText = deflateRawSync(Buffer.from([0xff, 0xfe])).toString('base64');
    expect(sealOf({ ...signed, evidencestatement: noText })).toBeNull();
    expect(sealOf({ ...signed, evidencestatement: 'AAAA' })).toBeNull();
    expect(sealOf({ ...signed, evidencekey: undefined })).toBeNull();
  });
});
