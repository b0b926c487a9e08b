import { join } from 'node:path';
import { allFiles } from '../../vision/src/record/observation-files.ts';
import { readRecorded } from '../../vision/src/replay/read.ts';
import { type FaultRecord, type Stretch, stretchesOf } from './fault-score.ts';
import type { Call } from './plant-users.ts';

/** Two frames of a camera further apart than this: what was in between was not seen, seconds. */
export const UNBROKEN_SECONDS = 0.7;

/** What is on record of the alarms of a device. */
export interface AlarmCounts {
  readonly alarms: number;
  /** Of which nothing is known: neither that they were given nor why not. */
  readonly open: number;
  /** More than one for a violation. */
  readonly doubled: number;
}

/**
 * All violations on record, their times in seconds of the run.
 *
 * @param begin second 0, ms since the epoch.
 * @throws Error where the API does not answer.
 */
export async function readRecords(call: Call, begin: number): Promise<FaultRecord[]> {
  type Row = Omit<FaultRecord, 'startedAt' | 'confirmedAt' | 'endedAt'> & {
    startedAt: string;
    confirmedAt: string;
    endedAt: string | null;
  };
  const second = (text: string) => (Date.parse(text) - begin) / 1000;
  return (await allPages<Row>(call, '/violations?order=oldest')).map((row) => ({
    ...row,
    startedAt: second(row.startedAt),
    confirmedAt: second(row.confirmedAt),
    endedAt: row.endedAt === null ? null : second(row.endedAt),
  }));
}

export async function countAlarms(call: Call, device: string): Promise<AlarmCounts> {
  const path = `/alarms?device=${device}`;
  const rows = await allPages<{ violation: string; state: string }>(call, path);
  return {
    alarms: rows.length,
    open: rows.filter(({ state }) => state === 'raised').length,
    doubled: rows.length - new Set(rows.map(({ violation }) => violation)).size,
  };
}

async function allPages<Row>(call: Call, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor = '';
  for (;;) {
    const page = await call<{ items: Row[]; next: string | null }>(
      'GET',
      `${path}&limit=100${cursor}`,
    );
    rows.push(...page.items);
    if (page.next === null) return rows;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

/**
 * When each camera was analysed, by the observations that the workers wrote on their disks.
 *
 * @param folders those of the workers, which no longer run.
 * @param begin second 0, ms since the epoch.
 */
export async function watchedTimes(
  folders: readonly string[],
  begin: number,
): Promise<Map<string, Stretch[]>> {
  const times = new Map<string, number[]>();
  for (const folder of folders) {
    for (const { camera, path } of await allFiles(join(folder, 'observations'))) {
      const of = times.get(camera) ?? [];
      times.set(camera, of);
      for await (const { item } of readRecorded(path, { torn: 0 })) {
        if (item.kind === 'frame') of.push((item.frame.at - begin) / 1000);
      }
    }
  }
  return new Map([...times].map(([camera, of]) => [camera, stretchesOf(of, UNBROKEN_SECONDS)]));
}
