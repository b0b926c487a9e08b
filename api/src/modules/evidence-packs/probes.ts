/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /incidents/:id/packs': { originals: false },
  'POST /incidents/:id/report': { originals: false, language: 'zh' },
};
