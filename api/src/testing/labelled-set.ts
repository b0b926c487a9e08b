import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { extract } from 'tar-stream';
import { expect } from 'vitest';

/** Reads a set as the trainer does, and fails for anything that it could not use. */
export async function readSet(set: string) {
  const info = JSON.parse(await readFile(join(set, 'dataset.json'), 'utf8')) as {
    classes: string[];
    labelled: Record<string, string[]>;
    images: Record<string, number>;
    boxes: Record<string, Record<string, number>>;
  };
  const found = new Map<string, { labels: string[]; width: number; height: number }>();
  for (const name of Object.keys(info.labelled)) {
    for (const side of ['train', 'val']) {
      const place = `${name}/${side}`;
      const images = (await readdir(join(set, place, 'images'))).sort();
      const labels = (await readdir(join(set, place, 'labels'))).sort();
      expect(labels).toEqual(images.map((file) => file.replace(/\.jpg$/, '.txt')));
      expect(images).toHaveLength(info.images[place] ?? -1);
      const counts: Record<string, number> = {};
      for (const file of images) {
        const { width, height, format } = await sharp(join(set, place, 'images', file)).metadata();
        expect(format).toBe('jpeg');
        const text = await readFile(
          join(set, place, 'labels', file.replace('.jpg', '.txt')),
          'utf8',
        );
        const names = text
          .split('\n')
          .filter(Boolean)
          .map((line) => {
            const [id = -1, cx = -1, cy = -1, w = -1, h = -1, ...more] = line
              .split(' ')
              .map(Number);
            expect(more).toEqual([]);
            expect(w).toBeGreaterThan(0);
            expect(h).toBeGreaterThan(0);
            expect(cx - w / 2).toBeGreaterThanOrEqual(-1e-4);
            expect(cx + w / 2).toBeLessThanOrEqual(1 + 1e-4);
            expect(cy - h / 2).toBeGreaterThanOrEqual(-1e-4);
            expect(cy + h / 2).toBeLessThanOrEqual(1 + 1e-4);
            const label = info.classes[id] ?? 'none';
            expect(info.labelled[name]).toContain(label);
            counts[label] = (counts[label] ?? 0) + 1;
            return label;
          });
        found.set(`${place}/${file.replace('.jpg', '')}`, { labels: names, width, height });
      }
      expect(counts).toEqual(info.boxes[place]);
    }
  }
  return { info, found };
}

export async function unpack(tar: Buffer, to: string): Promise<void> {
  const reading = extract();
  Readable.from(tar).pipe(reading);
  for await (const entry of reading) {
    const file = join(to, entry.header.name);
    if (entry.header.type === 'directory') {
      await mkdir(file, { recursive: true });
      entry.resume();
      continue;
    }
    await mkdir(join(file, '..'), { recursive: true });
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    await writeFile(file, Buffer.concat(parts));
  }
}
