import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Our own code that runs in production, with its lines. */
const sources = ['api/src', 'contracts/src', 'vision/src', 'dashboard/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter(
      (name) => /\.(ts|js|svelte|html)$/.test(name) && !/generated|\.test\.|src\/test/.test(name),
    )
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') })),
);

/** What is never used, or only in files that are named here with their reason. */
const rules: {
  what: string;
  pattern: RegExp;
  sample: string;
  allowed?: Record<string, string>;
}[] = [
  { what: 'text run as code', pattern: /\beval\(|new Function\(/, sample: 'eval(text)' },
  {
    what: 'text inserted as HTML',
    pattern: /\{@html|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write/,
    sample: '{@html text}',
  },
  {
    what: 'a program started by a shell',
    pattern: /shell: true|\bexecSync\(|import \{[^}]*\bexec\b[^}]*\} from 'node:child_process'/,
    sample: "import { exec } from 'node:child_process'",
  },
  {
    what: 'SQL made of text',
    pattern: /\$(query|execute)RawUnsafe/,
    sample: 'tx.$queryRawUnsafe(text)',
    allowed: { 'api/src/platform/jobs/jobs.ts': 'statements of pg-boss, with its parameters' },
  },
  {
    what: 'a weak hash',
    pattern: /create(Hash|Hmac)\(\s*['"](md5|sha1|sha-1|md4|ripemd)/i,
    sample: "createHash('md5')",
    allowed: {
      'api/src/modules/live/ice-servers.ts': 'coturn checks HMAC-SHA1, which no collision breaks',
      'vision/src/setup/onvif/soap.ts': 'WS-UsernameToken prescribes SHA-1',
    },
  },
  {
    what: 'a cipher without authentication',
    pattern: /create(Cipher|Decipher)iv\(\s*(?!'aes-256-gcm')/,
    sample: "createCipheriv('aes-256-cbc', key, iv)",
  },
  {
    what: 'a certificate that is not checked',
    pattern: /rejectUnauthorized: false|NODE_TLS_REJECT_UNAUTHORIZED/,
    sample: 'rejectUnauthorized: false',
  },
  {
    what: 'a regular expression made of text',
    pattern: /new RegExp\(/,
    sample: 'new RegExp(text)',
    allowed: { 'contracts/src/live-grant.ts': 'made of constants' },
  },
  {
    what: 'a field that refuses to be pasted into',
    pattern: /\bonpaste\b|on:paste/,
    sample: '<input onpaste={refuse}>',
  },
  {
    what: 'a guessable random number',
    pattern: /Math\.random\(/,
    sample: 'Math.random()',
    allowed: {
      'api/src/platform/db/database.ts': 'spreads retries',
      'api/src/platform/outbox/retry.ts': 'spreads retries',
    },
  },
];

describe.each(rules)('$what', ({ pattern, sample, allowed = {} }) => {
  it('is in no file but the listed ones', () => {
    const found = sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(found).toEqual(Object.keys(allowed));
  });

  it('would be found', () => expect(sample).toMatch(pattern));
});
