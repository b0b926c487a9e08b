import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { location } from './bus/location.ts';
import { modelsLoaded } from './events/models.ts';
import { storableText } from './storable-text.ts';

const place = {
  position: { type: 'Point', coordinates: [3, 4] },
  source: 'gate-1',
  provider_type: 'rfid',
  provider_id: 'E200',
  trackables: [],
  timestamp_generated: '2026-11-25T09:00:00.000Z',
};

describe('text that is stored', () => {
  it('holds no U+0000 and no half of a pair, and is no longer than asked', () => {
    expect(storableText('a\u0000b\ud800c😀', 20)).toBe('a\ufffdb\ufffdc😀');
    expect(storableText('😀', 1)).toBe('\ufffd');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, most) => {
        const kept = storableText(text, most);
        expect(kept.length).toBe(Math.min(text.length, most));
        expect(kept).not.toContain('\u0000');
        expect(Buffer.from(kept).toString()).toBe(kept);
      }),
    );
  });

  it.each([
    ['source', { source: 'gate\u0000-1' }],
    ['provider_id', { provider_id: '\udc00' }],
    ['trackables[1]', { trackables: ['a', 'b\u0000'] }],
  ])('of a location is refused with its field: %s', (field, change) => {
    expect(location.safeParse(place).success).toBe(true);
    const { error } = location.safeParse({ ...place, ...change });
    expect(error?.issues).toMatchObject([{ message: expect.stringContaining('U+0000') }]);
    const path = error?.issues[0]?.path ?? [];
    expect(path.map((one) => (typeof one === 'number' ? `[${one}]` : one)).join('')).toBe(field);
  });

  it('of a card of a model is refused wherever it stands, in fields without a name of ours as well', () => {
    const model = {
      name: 'ppe',
      version: '1.0.0',
      task: 'detection',
      weightsSha256: 'ab'.repeat(32),
      description: '',
      classes: [],
      licence: '',
      thresholds: {},
      dataSets: [],
      recipe: '',
      figures: [{ set: 'css', conditions: '', more: { deep: ['x'] } }],
      limits: [],
    };
    const event = (one: object) => ({
      specversion: '1.0',
      id: '1',
      source: '/vision/worker-1',
      type: 'cn.anshi.models.loaded.v1',
      time: place.timestamp_generated,
      datacontenttype: 'application/json',
      data: { worker: 'worker-1', since: place.timestamp_generated, models: [one], cameras: [] },
    });
    expect(modelsLoaded.safeParse(event(model)).success).toBe(true);
    for (const more of [{ deep: ['x\u0000'] }, { 'k\u0000': 1 }]) {
      const figures = [{ set: 'css', conditions: '', more }];
      const { error } = modelsLoaded.safeParse(event({ ...model, figures }));
      expect(error?.issues[0]?.message).toContain('U+0000');
    }
  });
});
