import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clipEvent, confirmedEvent, testFile } from './worker.ts';

const TWO_DAYS_MS = 2 * 86_400_000;
const root = join(import.meta.dirname, '..');

/** All times in an event. */
const timesIn = (event: object): string[] =>
  JSON.stringify(event).match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [];

describe('what test workers send', () => {
  it('is of the last two days, on whatever day the tests run', () => {
    const event = confirmedEvent('worker-1', testFile('image/jpeg'));
    const files = { video: testFile('video/mp4'), boxes: testFile('application/json') };
    const times = [...timesIn(event), ...timesIn(clipEvent(event, files))];
    expect(times.length).toBeGreaterThan(5);
    for (const time of times) {
      const age = Date.now() - Date.parse(time);
      expect([time, age > 0 && age < TWO_DAYS_MS]).toEqual([time, true]);
    }
  });

  it('has no fixed date in any test: it would be refused when it is a year old', () => {
    const sent = /(loadedEvent|endedEvent|confirm)\([^;]*?'20(?!99)\d\d-\d\d-\d\dT/;
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.int.test.ts'),
    );
    expect(files.length).toBeGreaterThan(100);
    const dated = files.filter((file) => sent.test(readFileSync(join(root, file), 'utf8')));
    expect(dated).toEqual([]);
  });
});
