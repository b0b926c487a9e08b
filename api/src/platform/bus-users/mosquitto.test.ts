import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeAcl, mosquittoAcl } from './mosquitto.ts';
import { hashPassword, passwordMatches } from './password.ts';

describe('the files of mosquitto', () => {
  it('deploy/mosquitto/acl is what the table of rights gives', () => {
    const file = join(import.meta.dirname, '../../../../deploy/mosquitto/acl');
    expect(readFileSync(file, 'utf8'), 'run npm run -s broker-acl').toBe(composeAcl());
  });

  it('gives a user its own topics and no pattern for all users', () => {
    const text = mosquittoAcl([{ tenant: 'demo', kind: 'machine', name: 'press-1' }]);
    expect(text).toBe('user machine-press-1\ntopic write anshi/v1/demo/machines/press-1/state\n');
  });

  it('knows a password by its hash and no other', () => {
    const hash = hashPassword('a secret');
    expect(hash).toMatch(/^\$7\$101\$[A-Za-z0-9+/=]{16}\$[A-Za-z0-9+/=]{88}$/);
    expect(passwordMatches('a secret', hash)).toBe(true);
    expect(passwordMatches('another', hash)).toBe(false);
    for (const broken of ['', '$7$', '$7$101$$', '$6$101$aaaa$bbbb', 'plain']) {
      expect(passwordMatches('', broken), broken).toBe(false);
    }
    expect(hashPassword('a secret')).not.toBe(hash);
  });
});
