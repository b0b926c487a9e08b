/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /incidents/:id/actions': {
    key: 'probe-of-an-action',
    device: '01JD0000000000000000000000',
    action: 'controlled-stop',
    reason: 'not mine',
  },
};
