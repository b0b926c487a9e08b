import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installSystemParts } from './system.mjs';

/** Fake system programs that record their calls; the real ones are not touched. */
let bin: string;
const path = process.env.PATH;

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'anshi-system-'));
  process.env.PATH = bin;
});
afterEach(() => {
  process.env.PATH = path;
  vi.restoreAllMocks();
  rmSync(bin, { recursive: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** `env NAME=value command …` as the real one does. */
const env = `shift; exec "$@"`;
const aptGet = (then: string) => `echo "apt-get $*" >> ${join(bin, 'calls')}\n${then}`;
const calls = () => readFileSync(join(bin, 'calls'), 'utf8');

const part = () => ({
  name: 'the part',
  aptPackage: 'the-part',
  elsewhere: 'do this by hand',
  isPresent: () => existsSync(join(bin, 'installed')),
});

describe('a missing part of the system', () => {
  it('is installed by root, with an update of the package lists when the first try fails', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    program('env', env);
    // Finds the package only after an update, as on a machine with old lists.
    program(
      'apt-get',
      aptGet(`case "$*" in
        *update*) : > ${bin}/updated;;
        *install*the-part*) test -e ${bin}/updated || exit 100; : > ${bin}/installed;;
      esac`),
    );
    await installSystemParts([part()]);
    expect(calls()).toMatch(
      /apt-get .*update\napt-get .*install -y --no-install-recommends the-part\n$/,
    );
  });

  it('is installed with sudo where it needs no password', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    program('env', env);
    program('sudo', `test "$1" = -n || exit 1; shift; test "$1" = true && exit 0; exec "$@"`);
    program('apt-get', aptGet(`case "$*" in *install*) : > ${bin}/installed;; esac`));
    await installSystemParts([part()]);
    expect(calls()).toContain('install -y --no-install-recommends the-part');
  });

  it('is reported with the exact command where this user may not install it', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    program('sudo', 'exit 1');
    program('apt-get', aptGet(''));
    await expect(installSystemParts([part()])).rejects.toThrow(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends the-part',
    );
    expect(calls()).not.toContain('install');
  });

  it('is reported with instructions on a machine without apt-get', async () => {
    await expect(installSystemParts([part()])).rejects.toThrow('the part: do this by hand');
  });

  it('is reported where apt-get succeeds but the program is not found', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    program('env', env);
    program('apt-get', aptGet(''));
    await expect(installSystemParts([part()])).rejects.toThrow('cannot be found although apt-get');
  });

  it('does nothing where it is installed', async () => {
    program('apt-get', aptGet(''));
    await installSystemParts([{ ...part(), isPresent: () => true }]);
    expect(existsSync(join(bin, 'calls'))).toBe(false);
  });
});
