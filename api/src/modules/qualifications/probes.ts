const step = { version: 1, reason: 'not mine' };

/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /persons/:id/qualifications': {
    type: 'skill',
    category: 'assembly',
    level: 4,
    validFrom: '2026-01-01',
  },
  'PATCH /qualifications/:id': { version: 1, issuer: 'taken over' },
  'POST /qualifications/:id/check': { version: 1, decision: 'accept' },
  'POST /qualifications/:id/suspend': step,
  'POST /qualifications/:id/resume': step,
  'POST /qualifications/:id/revoke': step,
  'POST /qualifications/:id/number': { reason: 'curiosity' },
  'POST /qualifications/:id/detail': { reason: 'curiosity' },
};
