import { ulid } from 'ulid';

/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /access-reviews/:id/decisions': {
    decisions: [{ userId: ulid(), roleId: 'worker', decision: 'keep' }],
  },
};
