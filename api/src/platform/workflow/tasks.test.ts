import { describe, expect, it } from 'vitest';
import { hazardFlow } from '../../modules/hazards/flow.ts';
import type { Permission, Scope } from '../access/permissions.ts';
import { workflowDefinition } from './definition.ts';
import { statesSeenBy } from './tasks.ts';

const flow = workflowDefinition.parse(hazardFlow);
const seenBy = (given: Partial<Record<Permission, Scope>>, site: string | null = 'main') =>
  statesSeenBy(
    { permissions: new Map(Object.entries(given) as [Permission, Scope][]), site },
    flow,
    3,
    'hazard:read',
  );
const statesOf = (given: Partial<Record<Permission, Scope>>) =>
  seenBy(given).map(({ state }) => state);

describe('states visible to a department', () => {
  it('are those with a possible step of the account', () => {
    const states = statesOf({ 'hazard:read': 'department', 'hazard:rectify': 'department' });
    expect(states).toEqual(expect.arrayContaining(['assigned', 'rectifying']));
    // Review and acceptance are done by others; a returned case belongs to its reporter alone.
    expect(states).not.toContain('reported');
    expect(states).not.toContain('acceptance');
    expect(states).not.toContain('returned');
    expect(states).not.toContain('closed');
  });

  it('are none without read permission there, or with own records only', () => {
    expect(statesOf({ 'hazard:rectify': 'department' })).toEqual([]);
    expect(statesOf({ 'hazard:read': 'own', 'hazard:rectify': 'department' })).toEqual([]);
    expect(statesOf({ 'hazard:read': 'department', 'hazard:rectify': 'own' })).toEqual([]);
    expect(statesOf({ 'hazard:read': 'all' })).toEqual([]);
  });

  it('do not include steps restricted to the assignee', () => {
    expect(statesOf({ 'hazard:read': 'all', 'hazard:report': 'all' })).not.toContain('returned');
  });

  it('are limited to the site of a site-scoped permission', () => {
    const given = { 'hazard:read': 'all', 'hazard:rectify': 'site' } as const;
    expect(seenBy(given)).toContainEqual({
      definition: 'hazard',
      version: 3,
      state: 'rectifying',
      site: 'main',
    });
    expect(seenBy(given, null)).toEqual([]);
  });
});
