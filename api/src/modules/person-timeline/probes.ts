/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /persons/:id/file/document': {
    recipient: 'internal',
    purpose: 'not mine',
    language: 'zh',
  },
};

export const queries: Record<string, string> = {
  'GET /persons/:id/file/summary': 'language=zh',
};
