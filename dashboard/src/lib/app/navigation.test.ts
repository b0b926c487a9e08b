import { describe, expect, it } from 'vitest';
import {
  currentOf,
  hasWall,
  navigationFor,
  phoneNavigationFor,
  type Viewer,
} from './navigation.ts';

const viewerOf = (permissions: string[], off: string[] = []): Viewer => ({
  can: (permission) => permissions.includes(permission),
  isOn: (feature) => !off.includes(feature),
});
const worker = viewerOf(['hazard:report', 'hazard:read', 'hazard:rectify']);
const officer = viewerOf([
  'camera:read',
  'violation:read',
  'location:read',
  'hazard:read',
  'hazard:report',
  'statistics:read',
]);
const pages = (viewer: Viewer) =>
  navigationFor(viewer).flatMap((group) => group.items.map((item) => item.label));
const bar = (viewer: Viewer) => phoneNavigationFor(viewer).map((item) => item.label);

describe('the menu', () => {
  it('shows each role what it may open', () => {
    expect(pages(worker)).toEqual(['home', 'hazards', 'report', 'notices']);
    expect(pages(officer)).toEqual([
      'wall',
      'violations',
      'plan',
      'hazards',
      'report',
      'analysis',
      'cameras',
      'notices',
    ]);
    expect([hasWall(worker), hasWall(officer)]).toEqual([false, true]);
  });

  it('has five places on a phone at most, with the report in the middle', () => {
    expect(bar(worker)).toEqual(['home', 'hazards', 'report', 'notices', 'me']);
    expect(bar(officer)).toEqual(['wall', 'violations', 'report', 'hazards', 'me']);
    expect(bar(viewerOf([]))).toEqual(['home', 'notices', 'me']);
  });

  it('leaves out a module that is switched off', () => {
    const off = viewerOf(['hazard:report', 'hazard:read', 'statistics:read'], ['hazards']);
    expect(pages(off)).toEqual(['home', 'notices']);
  });

  it('has the administration for those who run something there, not for everyone who may read a list', () => {
    expect(pages(viewerOf(['registry:read', 'person:read']))).not.toContain('admin');
    expect(pages(viewerOf(['registry:manage']))).toContain('admin');
    expect(pages(viewerOf(['audit:read']))).toContain('admin');
  });

  it('marks the page that is open, and not the one above it', () => {
    const items = phoneNavigationFor(worker);
    expect(currentOf(items, '/hazards/report')?.label).toBe('report');
    expect(currentOf(items, '/hazards/01J')?.label).toBe('hazards');
    expect(currentOf(items, '/')?.label).toBe('home');
    expect(currentOf(items, '/nowhere')).toBeUndefined();
  });
});
