import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CameraConfig } from '@anshi/contracts';
import { z } from 'zod';
import type { ConfirmedVerdict } from '../vision/src/judge/verdict.ts';
import { type Truth, truthFile } from './bench/rules/data.ts';
import { againstTruth, compareRuns } from './replay/compare.ts';
import { configFrom, InputError, isInputError, isRecorded, sourceOf } from './replay/input.ts';
import { type Run, runReplay } from './replay/run.ts';

/*
 * Judges recorded observations again, by their own configuration or by another one, and compares two
 * configurations or two recordings. Explained in docs/observations.md.
 */

const USAGE = `npm run -s replay -- FILE [--config cameras.yaml] [--camera ID]
    [--against OTHER.yaml | OTHER.jsonl] [--truth TRUTH.json] [--from TIME] [--to TIME] [--out RECORDS.jsonl]

FILE is a .jsonl, .jsonl.gz or .jsonl.zst of a worker, or a folder of one camera. Without --config it is
judged as it was recorded. Records go to the output, one JSON value a line; the summary to the error output.`;

main().catch((error: unknown) => {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exit(2);
});

async function main(): Promise<void> {
  const { values, positionals } = read();
  const path = (given: string) => resolve(process.env.INIT_CWD ?? '.', given);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new InputError(USAGE);
  const source = sourceOf(path(file));
  const { camera, against, out, truth: truthPath } = values;
  if (against !== undefined && out !== undefined) {
    throw new InputError('--out is for the records of one replay: leave it or --against out');
  }
  const given = values.config === undefined ? null : path(values.config);
  const config = given === null ? null : await configFrom(given, source, camera);
  const times = { from: timeOf('--from', values.from), to: timeOf('--to', values.to) };
  const truth = truthPath === undefined ? null : readTruth(path(truthPath));
  if (truth && !config) throw new InputError('--truth needs the --config whose rules it is about');
  const print = (text: string) => process.stdout.write(text);
  if (against === undefined) {
    const to = out === undefined ? { write: print } : { out: path(out) };
    const run = await runReplay({ source, config, ...times, ...to });
    tell(run);
    if (truth && config) tellTruth('', config, truth, run);
    return;
  }
  const second = path(against);
  const other = isRecorded(second)
    ? { source: sourceOf(second), config }
    : { source, config: await configFrom(second, source, camera) };
  const runs = [
    await runReplay({ source, config, ...times }),
    await runReplay({ ...other, ...times }),
  ] as const;
  const { both, onlyFirst, onlySecond } = compareRuns(...runs);
  for (const [only, records] of [
    ['first', onlyFirst],
    ['second', onlySecond],
  ] as const) {
    for (const record of records) print(`${JSON.stringify({ only, ...brief(record) })}\n`);
  }
  for (const run of runs) tell(run);
  console.error(
    `${both} in both, ${onlyFirst.length} in the first only, ${onlySecond.length} in the second only`,
  );
  if (!truth || !config) return;
  tellTruth('first: ', config, truth, runs[0]);
  tellTruth('second: ', other.config ?? config, truth, runs[1]);
}

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        camera: { type: 'string' },
        against: { type: 'string' },
        truth: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        out: { type: 'string' },
      },
    });
  } catch (error) {
    throw new InputError(`${(error as Error).message}\n${USAGE}`);
  }
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  throw new InputError(`${name} must be a time like 2026-11-27T10:00:00Z, not "${text}"`);
}

function readTruth(path: string): Truth {
  if (!existsSync(path)) throw new InputError(`there is no file ${path}`);
  try {
    return truthFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new InputError(`${path}: ${message}`);
  }
}

function tell({ confirmed, observations, from, to, left }: Run): void {
  const hours = observations > 0 ? ((to - from) / 3_600_000).toFixed(2) : '0';
  const torn = left.torn > 0 ? `, ${left.torn} torn lines left out` : '';
  console.error(`${confirmed.length} records of ${observations} observations in ${hours} h${torn}`);
}

function tellTruth(name: string, config: CameraConfig, truth: Truth, run: Run): void {
  const score = againstTruth(config, truth, run);
  console.error(
    `${name}${score.falsePerHour.toFixed(3)} false alarms an hour (${score.falseAlarms} in ` +
      `${score.hours.toFixed(2)} h), ${score.missed} of ${score.due} missed, ${score.doubled} doubled`,
  );
}

const brief = ({ violation, ruleId, item, startedAt, confirmedAt, tracks }: ConfirmedVerdict) => ({
  violation,
  ruleId,
  item,
  startedAt: new Date(startedAt).toISOString(),
  confirmedAt: new Date(confirmedAt).toISOString(),
  tracks,
});
