import { describe, expect, it } from 'vitest';
import { readPlate } from './plate.ts';

describe('[POS-08] a plate', () => {
  it('is one and the same however it is written', () => {
    for (const text of ['苏D·12345', '苏d12345', ' 苏Ｄ－12345 ', '苏D 123 45', '苏D•12345']) {
      expect(readPlate(text)).toEqual({ shown: '苏D·12345', key: '苏D12345' });
    }
    expect(readPlate('苏D·1234挂')?.key).toBe('苏D1234挂');
  });

  it('of a new-energy vehicle has six characters', () => {
    expect(readPlate('沪AD12345')?.shown).toBe('沪A·D12345');
    expect(readPlate('粤b12345f')?.shown).toBe('粤B·12345F');
  });

  it('that looks like a road plate and is none is refused', () => {
    for (const text of ['苏D1234', '苏DI2345', '苏D12O45', '苏D123456', '苏I12345', '沪AZ12345']) {
      expect(readPlate(text), text).toBeNull();
    }
  });

  it('may be a number of the company', () => {
    expect(readPlate('fl 01')).toEqual({ shown: 'FL-01', key: 'FL01' });
    expect(readPlate('叉车-3')).toEqual({ shown: '叉车-3', key: '叉车3' });
    for (const text of ['', 'A', '-', 'F<script>', 'A'.repeat(17)]) {
      expect(readPlate(text), text).toBeNull();
    }
  });
});
