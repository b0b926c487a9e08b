/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /alarm-lines/:id': { version: 1, sound: true },
};
