const words = { zh: '别人的', en: "another's" };

/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /users/:id': { version: 1, displayName: words },
  'POST /users/:id/lock': { reason: 'not mine to lock' },
  'POST /users/:id/reset-password': {},
  'POST /users/:id/duty-overrides': {
    conflict: 'roles-keys',
    reason: 'a reason that is long enough',
  },
};
