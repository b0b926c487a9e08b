import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPpeCard } from '../../detect/model-card.ts';
import type { Mistake } from '../mistakes.ts';
import type { SeenPicture } from '../seen-picture.ts';
import { cropAround } from './crop.ts';
import { galleryPage } from './page.ts';

const model = loadPpeCard(join(import.meta.dirname, '../../../../models/ppe'));
let folder: string;
let picture: SeenPicture;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-gallery-'));
  const file = join(folder, 'a.jpg');
  await sharp({ create: { width: 640, height: 480, channels: 3, background: '#3060a0' } })
    .jpeg()
    .toFile(file);
  const helmet = { label: 'helmet', box: [100, 100, 140, 140] as Box };
  const drawn = { label: 'helmet', score: 0.77, box: [300, 100, 340, 140] as Box };
  picture = {
    id: '<a>"',
    file,
    width: 640,
    height: 480,
    cropped: [],
    labels: [helmet],
    found: [drawn],
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cropAround', () => {
  it('shows the surroundings, inside the picture and 4 : 3 where there is room', () => {
    const crop = cropAround([600, 10, 640, 50], 640, 480);
    expect(crop).toEqual({ left: 480, top: 0, width: 160, height: 120 });
    expect(cropAround([0, 0, 640, 480], 640, 480)).toEqual({
      left: 0,
      top: 0,
      width: 640,
      height: 480,
    });
  });
});

describe('galleryPage', () => {
  it('contains pictures, boxes, texts in two languages and no external resources', async () => {
    const base = { set: 'own/val', picture };
    const mistakes: Mistake[] = [
      {
        ...base,
        kind: 'missed',
        label: 'helmet',
        box: [100, 100, 140, 140],
        bestScore: 0.2,
        weight: 0.1,
      },
      {
        ...base,
        kind: 'false-alarm',
        label: 'helmet',
        box: [300, 100, 340, 140],
        score: 0.77,
        instead: null,
        weight: 0.77,
      },
      {
        ...base,
        kind: 'wrong-verdict',
        label: 'helmet',
        box: [80, 90, 160, 400],
        labelled: 'worn',
        said: 'missing',
        weight: 0.6,
      },
    ];
    const page = await galleryPage(mistakes, { model, iou: 0.5, pictures: 1 });
    expect(page.match(/<figure /g)).toHaveLength(3);
    expect(page.match(/src="data:image\/jpeg;base64,\/9j\//g)).toHaveLength(3);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page).not.toMatch(/https?:/);
    expect(page).toContain('&lt;a&gt;&quot;');
    expect(page).not.toContain('<a>');
    expect(page).toContain('漏检');
    expect(page).toContain('Labelled worn, judged missing');
    expect(page).toContain('class="drawn focus"');
    expect(page).toContain('class="truth focus"');
    for (const value of ['missed', 'false-alarm', 'wrong-verdict', 'own/val', 'helmet']) {
      expect(page).toContain(`value="${value}"`);
    }
  });

  it('says so where there are no mistakes', async () => {
    const page = await galleryPage([], { model, iou: 0.5, pictures: 3 });
    expect(page).toMatch(/<p id="nothing">/);
  });
});
