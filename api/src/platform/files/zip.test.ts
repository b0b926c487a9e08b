import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wordDocument, zip } from '../../testing/media.ts';
import { Problem } from '../http/errors.ts';
import { readZip, ZIP_LIMITS } from './zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-zip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(bytes: Buffer): Promise<string[]> {
  const file = join(folder, 'a.zip');
  await writeFile(file, bytes);
  return readZip(file);
}

/** @returns the sentence of the refusal. */
const refusal = async (bytes: Buffer): Promise<string> => {
  const error = await read(bytes).then(
    () => expect.unreachable('it was taken'),
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ code: 'file.archive' });
  return (error as Problem).message;
};

const text = (name: string, content = 'x') => ({ name, bytes: Buffer.from(content) });
const offsetOfDirectory = (bytes: Buffer) => bytes.readUInt32LE(bytes.length - 6);

it('names the entries of a document', async () => {
  expect(await read(wordDocument([text('a/empty', '')]))).toEqual([
    '[Content_Types].xml',
    'word/document.xml',
    'a/empty',
  ]);
});

it('refuses names that lead out of a folder', async () => {
  for (const name of ['../a.xml', '/etc/passwd', 'a/../../b', 'C:/a', '..\\a']) {
    expect(await refusal(zip([text(name)])), name).toMatch('table of contents is damaged');
  }
});

it('refuses too many entries, encrypted ones and unknown compression', async () => {
  const many = zip(Array.from({ length: ZIP_LIMITS.entries + 1 }, (_, i) => text(`${i}`, '')));
  expect(await refusal(many)).toMatch(`it has ${ZIP_LIMITS.entries + 1} parts inside`);
  const locked = zip([text('a')]);
  locked.writeUInt16LE(1, offsetOfDirectory(locked) + 8);
  expect(await refusal(locked)).toMatch('locked by a password');
  const unusual = zip([text('a')]);
  unusual.writeUInt16LE(14, offsetOfDirectory(unusual) + 10);
  expect(await refusal(unusual)).toMatch('packed in an unusual way');
});

it('refuses an entry that has fewer bytes than it says, in either way of packing', async () => {
  expect(await refusal(zip([{ ...text('a'), claims: 5 }]))).toMatch('lies about its size');
  const stored = zip([{ ...text('a'), claims: 5 }]);
  stored.writeUInt16LE(0, offsetOfDirectory(stored) + 10);
  expect(await refusal(stored)).toMatch('table of contents is damaged');
});

it('answers any damage with a refusal, and never with another error', async () => {
  const whole = wordDocument([text('word/media/b.txt', 'abc'.repeat(200))]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: whole.length }),
      async (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const cut = length % 3 === 0 ? bytes.subarray(0, length) : bytes;
        const error = await read(cut).then(
          () => null,
          (error: unknown) => error,
        );
        if (error !== null) expect(error).toBeInstanceOf(Problem);
      },
    ),
    { numRuns: 300 },
  );
});
