/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /persons/:id/aliases': { system: 'hr-other', externalId: 'taken-over' },
};
