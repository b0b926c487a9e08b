/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /posts/:id': { version: 1, name: 'taken over' },
};
