import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { checkDocument } from './platform/documents/check.ts';

const USAGE = `Checks PDF documents as a reader would, and prints what it found as JSON: whether all fonts are embedded,
each character has a glyph, and the text can be copied.

  npm run -s documents:check -- FILE.pdf [FILE.pdf …]

The exit code is 0 where every document is good, 1 where one is not or cannot be read, 2 without a file.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false } },
});
if (values.help || positionals.length === 0) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  const found = [];
  for (const file of positionals) {
    found.push(
      await readFile(file)
        .then(checkDocument)
        .then(
          (check) => ({ file, ...check }),
          (error: Error) => ({ file, ok: false, error: `cannot be read: ${error.message}` }),
        ),
    );
  }
  console.log(JSON.stringify(found.length === 1 ? found[0] : found, null, 2));
  if (found.some(({ ok }) => !ok)) process.exitCode = 1;
}
