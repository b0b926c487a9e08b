/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /persons/:id/safety-file/report': { language: 'zh' },
  'POST /safety-entries/:id/objection': { text: 'not mine' },
  'POST /safety-entries/:id/telling': { on: '2026-01-05', how: 'desk' },
  'POST /safety-entries/:id/objection-by-other': {
    text: 'not mine',
    on: '2026-01-05',
    how: 'desk',
  },
  'POST /objections/:id/actions': {
    transition: 'withdraw',
    version: 1,
    fields: { reason: 'not mine' },
  },
};
