import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RuleConfig } from '@anshi/contracts';
import { askedPath } from './asked-path.ts';
import { note, quantile, tell } from './result.ts';
import { DataError, readStreams, type Stream } from './rules/data.ts';
import { generate } from './rules/generate.ts';
import { hall, workshop } from './rules/scenes.ts';
import {
  add,
  emptyScore,
  judgeStream,
  type Mistake,
  type RuleScore,
  scoreStream,
} from './rules/score.ts';
import { watchVideos } from './rules/videos.ts';
import { generateYard } from './rules/yard.ts';

/*
 * The rules of the judge on streams of observations with a truth: found, doubled and wrong records and the
 * delay, by kind of rule; and wrong records on real clips. Explained in docs/benches.md.
 */

const TARGET = { found: 0.98, doubled: 0, wrongPer10Hours: 1 } as const;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    hours: { type: 'string', default: '12' },
    seed: { type: 'string', default: 'scored' },
    'no-videos': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const hours = Number(values.hours);
if (!(hours > 0 && hours <= 240))
  stop(`--hours must be above 0 and at most 240, not "${values.hours}"`);

const scores = new Map<RuleConfig['kind'], RuleScore>();
const mistakes: Mistake[] = [];
const began = performance.now();
if (values.data) {
  const folder = askedPath(values.data);
  if (!existsSync(folder)) stop(`there is no folder ${folder}`);
  try {
    for (const stream of readStreams(folder)) {
      take(stream, await judgeStream(stream.config, stream.observations));
    }
  } catch (error) {
    if (error instanceof DataError) stop(error.message);
    throw error;
  }
} else {
  const { seed } = values;
  const streams = [
    generate(hall(), seed, hours),
    generate(workshop(), seed, hours),
    generateYard(seed, hours),
  ];
  for (const stream of streams) {
    const judged = await judgeStream(stream.config, stream.observations);
    take({ ...stream, truth: stream.truth() }, judged);
  }
}
const seconds = (performance.now() - began) / 1000;
for (const one of mistakes.slice(0, values.verbose ? undefined : 20)) {
  note(`${one.stream} ${one.ruleId}: ${one.what} at ${one.at}`);
}

const figures: Record<string, number> = {};
let isOk = scores.size > 0;
let worst = 1;
for (const [kind, score] of [...scores].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const found = score.due > 0 ? score.found / score.due : 1;
  const wrongPer10Hours = score.hours > 0 ? (10 * score.wrong) / score.hours : 0;
  const holds =
    found >= TARGET.found &&
    score.doubled <= TARGET.doubled &&
    wrongPer10Hours <= TARGET.wrongPer10Hours;
  isOk &&= holds;
  worst = Math.min(worst, found / TARGET.found);
  const key = (what: string) =>
    `${kind.replace(/-(.)/g, (_, c: string) => c.toUpperCase())}${what}`;
  figures[key('Due')] = score.due;
  figures[key('Found')] = found;
  figures[key('Doubled')] = score.doubled;
  figures[key('Wrong')] = score.wrong;
  figures[key('WrongPer10Hours')] = wrongPer10Hours;
  figures[key('DelayP50')] = quantile(score.delays, 0.5);
  figures[key('DelayP95')] = quantile(score.delays, 0.95);
  figures[key('Hours')] = score.hours;
  note(
    `${kind}: ${score.found} of ${score.due} found, ${score.doubled} doubled, ${score.wrong} wrong in ` +
      `${score.hours.toFixed(1)} h, ${quantile(score.delays, 0.5).toFixed(1)} s after due${holds ? '' : ' MISSED'}`,
  );
}
figures.streamHours = Math.max(0, ...[...scores.values()].map((score) => score.hours));
figures.speed = (3600 * figures.streamHours) / seconds;
if (!values['no-videos']) {
  const videos = await watchVideos(join(import.meta.dirname, '../..'));
  if (videos) {
    figures.videoHours = videos.hours;
    figures.videoWrong = videos.wrong.length;
    figures.videoWrongPerHour = videos.wrong.length / videos.hours;
    for (const one of videos.wrong) note(`video ${one}`);
  } else note('no clips in ../shared/videos: no figures of real video');
}
tell({
  bench: 'rules',
  ok: isOk,
  figures,
  ratio: worst,
  against: 'per rule 0.98 of the events found, none doubled, at most one wrong record in 10 h',
});

function take(
  stream: Pick<Stream, 'name' | 'config' | 'truth'>,
  judged: Awaited<ReturnType<typeof judgeStream>>,
): void {
  const scored = scoreStream(stream, judged);
  mistakes.push(...scored.mistakes);
  for (const { id, kind } of stream.config.rules) {
    scores.set(kind, add(scores.get(kind) ?? emptyScore(), scored.scores.get(id)!));
  }
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
