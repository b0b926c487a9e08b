/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /commands/:id/refusal': { reason: 'not mine' },
  'POST /commands/:id/reversal': { key: 'a-key-of-a-test' },
};
