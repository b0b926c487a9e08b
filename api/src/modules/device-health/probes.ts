/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /device-checks/:id/actions': {
    transition: 'found',
    version: 1,
    fields: { found: 'not mine' },
  },
};
