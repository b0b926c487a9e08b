/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /notices/robots/:id': { name: 'taken over' },
};
