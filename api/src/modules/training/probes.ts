/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /persons/:id/trainings': {
    course: 'post-rules',
    result: 'passed',
    heldOn: '2026-05-01',
    source: 'not mine',
  },
  'PATCH /trainings/:id': { version: 1, source: 'not mine' },
  'POST /trainings/:id/withdraw': { version: 1, reason: 'not mine' },
  'POST /safety-entries/:id/retraining': { course: 'post-rules', until: '2030-01-01' },
};
