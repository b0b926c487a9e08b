import { ulid } from 'ulid';
import { expect } from 'vitest';
import { Problem } from '../platform/http/errors.ts';
import type { WorkflowCase } from '../platform/workflow/engine-types.ts';
import type { World } from './workflow-world.ts';

interface More {
  fields?: Record<string, unknown>;
  files?: string[];
  dueAt?: Date;
  department?: string;
}

/** Common actions on work orders. */
export function ordersOf(world: World) {
  const start = (by = 'ann', department: string | null = 'press-shop', order = ulid()) =>
    world.as(by, (unit) =>
      world.workflows.start(unit, {
        definition: 'work-order',
        subject: { entity: 'work-order', id: order },
        belonging: { site: 'main', department },
        parts: { requester: [world.id(by)] },
        title: { zh: '更换离合器', en: 'Change the clutch' },
        link: `/work-orders/${order}`,
      }),
    );

  const fire = (by: string | null, found: WorkflowCase, transition: string, more: More = {}) =>
    world.as(by, (unit) =>
      world.workflows.fire(unit, {
        case: found.id,
        transition,
        version: found.version,
        fields: more.fields ?? {},
        files: more.files ?? [],
        note: null,
        ...(more.dueAt ? { dueAt: more.dueAt } : {}),
        ...(more.department ? { belonging: { department: more.department } } : {}),
      }),
    );

  const handOut = (found: WorkflowCase, mechanic = 'bob') =>
    fire('head', found, 'hand-out', { fields: { mechanic: world.id(mechanic) } });

  /** A work order that bob repaired and that is not checked yet. */
  async function toChecking(): Promise<WorkflowCase> {
    const handed = await handOut(await start());
    const files = [await world.file(handed.subject.id)];
    return fire('bob', handed, 'report-done', { fields: { hours: 2 }, files });
  }

  return { start, fire, handOut, toChecking };
}

/** The error code of the transition. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
}
