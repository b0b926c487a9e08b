/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /privacy/requests/:id/decision': { decision: 'refuse', answer: 'no' },
};
