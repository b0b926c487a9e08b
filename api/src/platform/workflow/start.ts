import { ulid } from 'ulid';
import { Problem } from '../errors.ts';
import type { Unit } from '../unit-of-work.ts';
import { by, type EngineCore } from './core.ts';
import type { WorkflowCase, Workflows } from './engine-types.ts';
import { enter, placeOf, settle } from './enter.ts';
import { begin, initialOf } from './machine.ts';
import { addStep } from './repository.ts';

/** See {@link Workflows.start}. */
export async function startCase(
  core: EngineCore,
  unit: Unit,
  options: Parameters<Workflows['start']>[1],
): Promise<WorkflowCase> {
  const { tx, caller } = unit;
  const { subject } = options;
  const { tenant: tenantId } = caller;
  const stored = await core.definitions.newest(tx, tenantId, options.definition);
  const { definition } = stored;
  const starter = caller.account ? [caller.account.id] : [];
  const at = begin(definition, { ...options.parts, starter });
  const state = initialOf(definition);
  const place = placeOf(options.belonging);
  const enteredAt = core.parts.now();
  const limit = { enteredAt, dueAt: options.dueAt };
  const entered = await enter(core, unit, { definition, state, at, place }, limit);
  const { dueAt, assignment } = entered;
  const { assignees, rule } = assignment;
  const id = ulid();
  const { count } = await tx.workflowCase.createMany({
    data: [
      {
        ...{ tenantId, id, definitionId: definition.id, definitionVersion: stored.version },
        ...{ entity: subject.entity, entityId: subject.id, state: state.id, ...place },
        ...{ enteredAt, openedAt: enteredAt, dueAt, assignees, assignedByRule: rule },
        parts: at.parts as Record<string, string[]>,
        played: at.played as Record<string, string[]>,
        title: options.title,
        link: options.link,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) throw new Problem('workflow.already-open');
  await addStep(tx, {
    ...{ tenantId, caseId: id, version: 1, kind: 'started', to: state.id, ...by(unit) },
    ...{ at: enteredAt, fields: {}, files: [], assignees, dueAt },
  });
  await unit.audit({
    action: 'workflow-start',
    entity: subject.entity,
    id: subject.id,
    after: { state: state.id, assignees, dueAt, workflow: stored.version },
  });
  return settle(core, unit, { id, version: 1, state, entered }, 'started');
}
