import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { DataError, readStreams } from './data.ts';
import { judgeStream, scoreStream } from './score.ts';

const name = { zh: '区', en: 'zone' };
const config = {
  version: 1,
  sites: [{ id: 'plant', name }],
  cameras: [
    {
      id: 'gate',
      name,
      site: 'plant',
      url: 'file:none.mp4',
      picture: [1000, 600],
      zones: [
        {
          id: 'hall',
          name,
          polygon: [
            [0, 0],
            [500, 0],
            [500, 600],
            [0, 600],
          ],
        },
      ],
      rules: [{ id: 'stays', kind: 'loitering', zone: 'hall', confirmSeconds: 10 }],
    },
  ],
};
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds).toISOString();
const frame = (seconds: number) => ({
  camera: 'gate',
  at: at(seconds),
  width: 1000,
  height: 600,
  people:
    seconds < 40
      ? [
          {
            track: 'a',
            box: [180, 300, 220, 400],
            score: 0.9,
            floor: null,
            floorDeviation: null,
            equipment: {},
            zones: ['hall'],
            violations: [],
          },
        ]
      : [],
  parts: [],
});
const event = { rule: 'loitering', ruleId: 'stays', from: at(0), to: at(40), due: at(10) };

/** A folder with one stream of a minute. */
function folderWith(changes: { truth?: unknown; config?: unknown; lines?: string[] } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lines =
    changes.lines ?? Array.from({ length: 300 }, (_, i) => JSON.stringify(frame(i / 5)));
  writeFileSync(join(folder, 'a.observations.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'a.config.yaml'), stringify(changes.config ?? config));
  const truth = changes.truth ?? { camera: 'gate', events: [{ ...event, tracks: ['a'] }] };
  writeFileSync(join(folder, 'a.truth.json'), JSON.stringify(truth));
  return folder;
}
async function scoreOf(folder: string) {
  const [stream] = readStreams(folder);
  const judged = await judgeStream(stream!.config, stream!.observations);
  return scoreStream(stream!, judged);
}

describe('streams of a folder', () => {
  it('are judged and compared with their truth', async () => {
    const { scores, mistakes } = await scoreOf(folderWith());
    expect(mistakes).toEqual([]);
    expect(scores.get('stays')).toMatchObject({ due: 1, found: 1, doubled: 0, wrong: 0 });
    expect(scores.get('stays')!.delays).toEqual([0]);
  });

  it('count a record without an event as wrong, and an event without a record as missed', async () => {
    const elsewhere = { ...event, from: at(50), to: at(59), due: at(59), tracks: ['b'] };
    const { scores, mistakes } = await scoreOf(
      folderWith({ truth: { camera: 'gate', events: [elsewhere] } }),
    );
    expect(scores.get('stays')).toMatchObject({ due: 1, found: 0, wrong: 1 });
    expect(mistakes.map(({ what }) => what).sort()).toEqual(['missed', 'wrong']);
  });

  it.each([
    ['a camera that is not there', { truth: { camera: 'yard', events: [] } }, /no camera "yard"/],
    [
      'a rule that is not there',
      { truth: { camera: 'gate', events: [{ ...event, ruleId: 'crowd' }] } },
      /no loitering rule "crowd"/,
    ],
    [
      'an unknown field',
      { truth: { camera: 'gate', events: [{ ...event, who: 'x' }] } },
      /truth\.json: .*who/s,
    ],
    [
      'a configuration with an error',
      { config: { ...config, sites: [{ id: 'Hall 1' }] } },
      /a\.config\.yaml:\d+: sites/,
    ],
  ])('are refused with %s', (_, changes, message) => {
    expect(() => readStreams(folderWith(changes))).toThrow(DataError);
    expect(() => readStreams(folderWith(changes))).toThrow(message);
  });

  it('are refused with a line that is no observation, by its number', async () => {
    const lines = [JSON.stringify(frame(0)), '{"camera":"gate"}'];
    await expect(scoreOf(folderWith({ lines }))).rejects.toThrow(/observations\.jsonl:2: .*at/s);
  });
});
