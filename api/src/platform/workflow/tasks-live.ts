import type { LiveEvents } from '../live/live-events.ts';
import type { WorkflowEngine } from './engine.ts';

/**
 * Notifies browsers that their task list changed: those of current and previous assignees, and of
 * the case's department. The message contains no case: each browser loads what its user may see.
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
