import type { WorkflowDefinitionInput } from '../../platform/workflow/definition.ts';
import { generalStates, generalSteps } from './flow-general.ts';
import { majorStates, majorSteps } from './flow-major.ts';

export const HAZARD = 'hazard';

/**
 * The closed loop 发现 - 上报 - 审核 - 整改 - 销号 as data, with two ways through it: the general one,
 * and that of major hazards. It is one definition, so that a hazard which turns out to be major while
 * it is rectified keeps its history, its parts and what separates duties.
 */
export const hazardFlow: WorkflowDefinitionInput = {
  id: HAZARD,
  name: { zh: '隐患排查治理', en: 'Hazards' },
  subject: HAZARD,
  parts: [{ id: 'reporter', name: { zh: '上报人', en: 'Reporter' } }],
  states: [...generalStates, ...majorStates],
  transitions: [...generalSteps, ...majorSteps],
};

/** What a step means to the record; a tenant may rename the step and keeps its id. */
export const meanings = {
  /** Steps that say what level the hazard has. */
  level: { accept: 'general', 'accept-major': 'major', upgrade: 'major' } as const,
  /** Steps that hand in the proof of the rectification. */
  handsIn: ['submit', 'submit-major'] as readonly string[],
  /** States in which the deadline of the rectification runs. */
  rectifying: ['assigned', 'rectifying', 'rectifying-major'] as readonly string[],
  /** The end of what was no hazard. */
  rejected: 'rejected',
};
