import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';
import { generalStates, generalSteps } from './flow-general.ts';
import { majorStates, majorSteps } from './flow-major.ts';

export const HAZARD = 'hazard';

/**
 * The workflow 发现 - 上报 - 审核 - 整改 - 销号 as data, with two paths: the general one, and that of major
 * hazards. It is one definition, so that a hazard that turns out to be major during rectification
 * keeps its history, its participants and its separation of duties.
 */
export const hazardFlow: WorkflowDefinitionInput = {
  id: HAZARD,
  name: { zh: '隐患排查治理', en: 'Hazards' },
  subject: HAZARD,
  parts: [{ id: 'reporter', name: { zh: '上报人', en: 'Reporter' } }],
  states: [...generalStates, ...majorStates],
  transitions: [...generalSteps, ...majorSteps],
};

/** The effect of a step on the record; a tenant may rename the step and keeps its id. */
export const meanings = {
  /** Steps that set the hazard's level. */
  level: { accept: 'general', 'accept-major': 'major', upgrade: 'major' } as const,
  /** Steps that submit the evidence of the rectification. */
  handsIn: ['submit', 'submit-major'] as readonly string[],
  /** States in which the rectification's deadline runs. */
  rectifying: ['assigned', 'rectifying', 'rectifying-major'] as readonly string[],
  /** The end state of a report that was no hazard. */
  rejected: 'rejected',
};
