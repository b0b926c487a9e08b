import process from 'node:process';
import { expect, it } from 'vitest';
import { goodRows, HEADINGS, importer } from '../../testing/imports.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { workbook } from '../../testing/workbooks.ts';

const used = useApi();
const ROWS = 10_000;
/** Where other work has the machine. */
const SLOW_MS = 170_000;
/** Generous: the machine may be three times slower, and the test's own work is in the same process. */
const LONGEST_BLOCK_MS = 500;

/**
 * CPU time that this thread spends between two turns of its event loop, the longest, ms. Unlike a delay
 * by the clock it does not count the time in which others have the processor.
 */
function watchBlocks(): { end(): number } {
  let longest = 0;
  let last = process.threadCpuUsage();
  const look = () => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - last.user - last.system);
    last = now;
  };
  const timer = setInterval(look, 5);
  return {
    end() {
      look();
      clearInterval(timer);
      return longest / 1000;
    },
  };
}

it('10,000 rows are looked at in seconds, and the API answers meanwhile', async () => {
  await makeUser(used.database, 'hr', ['person:manage@all']);
  const hr = importer(used.api, 'hr');
  const file = await workbook([HEADINGS, ...goodRows(1, ROWS)]);
  const begun = await hr.begin('people', file);
  const mapping = Object.fromEntries(
    ['employeeNo', 'name', 'department', 'post', 'hiredOn', 'nationalId', 'phone'].map(
      (field, at) => [String.fromCharCode(65 + at), field],
    ),
  );
  const blocks = watchBlocks();
  const started = performance.now();
  expect((await hr.act(begun.body, 'check', { sheet: 0, headingRow: 1, mapping })).status).toBe(
    202,
  );
  const one = await hr.ended(begun.body.id);
  const seconds = (performance.now() - started) / 1000;
  const longest = blocks.end();
  // The figure that docs/decisions/0065-imports.md names.
  console.log(
    `dry run of ${ROWS} rows: ${seconds.toFixed(1)} s, longest block ${longest.toFixed(0)} ms of CPU`,
  );
  expect(one).toMatchObject({ total: ROWS, good: ROWS, bad: 0 });
  expect(longest).toBeLessThan(LONGEST_BLOCK_MS);
});

it('10,000 certificates are looked at', async () => {
  await makeUser(used.database, 'office', ['qualification:manage@all', 'qualification:read@all']);
  const office = importer(used.api, 'office');
  const rows = Array.from({ length: ROWS }, (_, n) => [
    `E00${1 + (n % 9)}`,
    '低压电工作业',
    `L-${n}`,
    '2025-01-10',
  ]);
  const begun = await office.begin(
    'certificates',
    await workbook([['工号', '资质类别', '证号', '发证日期'], ...rows]),
  );
  const mapping = { A: 'employeeNo', B: 'category', C: 'number', D: 'issuedOn' };
  const started = performance.now();
  await office.act(begun.body, 'check', { sheet: 0, headingRow: 1, mapping });
  const one = await office.ended(begun.body.id, SLOW_MS);
  const seconds = (performance.now() - started) / 1000;
  console.log(`dry run of ${ROWS} certificates: ${seconds.toFixed(1)} s`);
  expect(one).toMatchObject({ total: ROWS, good: ROWS, bad: 0 });
});
