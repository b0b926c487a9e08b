import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { CameraConfig } from '@anshi/contracts';
import type { ConfirmedVerdict, FollowedVerdict, Verdict } from '../../vision/src/judge/verdict.ts';
import type { LeftOut } from '../../vision/src/replay/read.ts';
import { Replay, type ReplayState } from '../../vision/src/replay/replay.ts';
import { InputError, itemsOf, type Source } from './input.ts';

/** So many lines may be judged twice after a kill. */
const SAVE_EVERY = 2_000;

/** What a whole stream gave. */
export interface Run {
  readonly confirmed: ConfirmedVerdict[];
  /** By violation: when it ended, ms since the epoch. */
  readonly ended: Map<string, number>;
  /** ms since the epoch; NaN for a stream without observations. */
  from: number;
  to: number;
  observations: number;
  readonly left: LeftOut;
}

/** Where a replay that was killed goes on. */
interface Progress {
  readonly key: string;
  /** Items that were taken, and the bytes that they gave. */
  readonly items: number;
  readonly bytes: number;
  readonly state: ReplayState;
  readonly run: Omit<Run, 'ended'> & { ended: [string, number][] };
}

export interface RunOptions {
  readonly source: Source;
  /** Null: as it was recorded. */
  readonly config: CameraConfig | null;
  /** ms since the epoch: records that were confirmed before or after are left out. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** A file for the records; with it, a replay that was killed goes on. Left out: `write` has them. */
  readonly out?: string | undefined;
  readonly write?: (line: string) => void;
}

/**
 * Judges a stream again.
 *
 * @throws RecordedError, InputError with file and line.
 */
export async function runReplay(options: RunOptions): Promise<Run> {
  const { source, config, out, write } = options;
  const key = keyOf(options);
  const progressPath = out && `${out}.progress`;
  const saved = progressPath ? readProgress(progressPath, key) : undefined;
  const run: Run = saved ? { ...saved.run, ended: new Map(saved.run.ended) } : emptyRun();
  const replay = new Replay(config, saved?.state);
  const file = out ? openSync(out, saved ? 'r+' : 'w') : undefined;
  let bytes = saved?.bytes ?? 0;
  // What was written after the last save comes again.
  if (file !== undefined) ftruncateSync(file, bytes);
  let items = 0;
  const save = () => {
    if (file === undefined || !progressPath) return;
    fsyncSync(file);
    const progress: Progress = {
      key,
      items,
      bytes,
      state: replay.state(),
      run: { ...run, ended: [...run.ended] },
    };
    writeFileSync(`${progressPath}.part`, JSON.stringify(progress));
    renameSync(`${progressPath}.part`, progressPath);
  };
  try {
    for await (const { item, file: name, line } of itemsOf(source, run.left)) {
      items++;
      if (saved && items <= saved.items) continue;
      let judged: ReturnType<Replay['take']>;
      try {
        judged = replay.take(item);
      } catch (error) {
        throw new InputError(`${name}:${line}: ${(error as Error).message} by --config`);
      }
      if (!judged) continue;
      run.observations++;
      if (Number.isNaN(run.from)) run.from = judged.at;
      run.to = judged.at;
      for (const verdict of judged.verdicts) {
        if (!isWanted(verdict, run, options)) continue;
        const text = `${JSON.stringify(shown(verdict))}\n`;
        write?.(text);
        if (file !== undefined) bytes += writeSync(file, text, bytes);
      }
      if (items % SAVE_EVERY === 0) save();
    }
  } finally {
    if (file !== undefined) closeSync(file);
  }
  if (progressPath) rmSync(progressPath, { force: true });
  return run;
}

const emptyRun = (): Run => ({
  confirmed: [],
  ended: new Map(),
  from: Number.NaN,
  to: Number.NaN,
  observations: 0,
  left: { torn: 0 },
});

/** Notes a verdict that is within the asked time. */
function isWanted(
  verdict: Verdict,
  run: Run,
  { from, to }: RunOptions,
): verdict is Exclude<Verdict, FollowedVerdict> {
  if (verdict.type === 'ended') {
    if (!run.confirmed.some(({ violation }) => violation === verdict.violation)) return false;
    run.ended.set(verdict.violation, verdict.endedAt);
    return true;
  }
  // What cameras do with the path after a record is no matter of a replay of one camera.
  if (verdict.type === 'followed') return false;
  if (from !== undefined && verdict.confirmedAt < from) return false;
  if (to !== undefined && verdict.confirmedAt >= to) return false;
  run.confirmed.push(verdict);
  return true;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** A verdict for people and programs: times as instants. */
const shown = (verdict: Exclude<Verdict, FollowedVerdict>): unknown =>
  verdict.type === 'ended'
    ? { ...verdict, endedAt: iso(verdict.endedAt) }
    : {
        ...verdict,
        startedAt: iso(verdict.startedAt),
        confirmedAt: iso(verdict.confirmedAt),
      };

function keyOf({ source, config, from, to }: RunOptions): string {
  const of = JSON.stringify([source.digest, config, from ?? null, to ?? null]);
  return createHash('sha256').update(of).digest('hex');
}

/** Of another input or configuration it is of no use, and so is a damaged one. */
function readProgress(path: string, key: string): Progress | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const progress = JSON.parse(readFileSync(path, 'utf8')) as Progress;
    return progress.key === key ? progress : undefined;
  } catch {
    return undefined;
  }
}
