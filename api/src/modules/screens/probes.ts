/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /wall-groups/:id': { version: 1, name: { zh: '别处', en: 'Elsewhere' } },
  'PATCH /screens/:id': { version: 1, name: 'Elsewhere' },
  'POST /screens/:id/revocation': { version: 1 },
};
