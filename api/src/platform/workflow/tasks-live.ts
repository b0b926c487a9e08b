import type { LiveEvents } from '../live/live-events.ts';
import type { WorkflowEngine } from './engine.ts';

/**
 * Tells browsers that their list of tasks changed: those of the people whom a case waits for or
 * waited for, and those of its department. It names no case: each loads what it may see.
 */
export function pushTasks(engine: Pick<WorkflowEngine, 'watch'>, live: LiveEvents): void {
  live.offer('tasks');
  engine.watch((unit, found, _change, before) => {
    const { tenant } = unit.caller;
    const people = new Set([...found.assignees, ...(before?.assignees ?? [])]);
    const places = new Set([found.department, before?.department ?? null]);
    places.delete(null);
    unit.afterCommit(() =>
      live.push(
        tenant,
        'tasks',
        { type: 'tasks' },
        ({ id, departments }) => people.has(id) || departments.some((one) => places.has(one)),
      ),
    );
  });
}
