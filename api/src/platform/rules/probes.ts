/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /rule-overrides/:id/end': { reason: 'not mine' },
};
