import type { Dictionary } from './dictionary.ts';
import { count } from './plural.ts';

export const enWorkflow: Pick<Dictionary, 'workflow'> = {
  workflow: {
    span: (days, hours, minutes) =>
      days > 0
        ? `${days} d ${hours} h`
        : hours > 0
          ? `${hours} h ${minutes} min`
          : `${minutes} min`,
    timeLeft: (span) => `${span} left`,
    overdueBy: (span) => `${span} overdue`,
    timeline: 'What happened',
    timelineFailed: 'The steps did not load',
    reassigned: 'Assigned to someone else',
    bySystem: 'System',
    notShown: 'Not shown',
    waitsFor: (names) => `Waits for ${names}`,
    waitsForOthers: 'Waits for someone else',
    note: 'Note (optional)',
    optional: '(optional)',
    automatic: 'By the rules',
    choose: 'Choose',
    nobodyToChoose: 'No people to choose',
    fieldMissing: 'This is needed.',
    evidenceAsked: (min, kinds) =>
      min > 0 ? `Evidence: at least ${min} (${kinds})` : `Evidence: ${kinds} (optional)`,
    evidenceMissing: (n) =>
      `${count(n, 'file', 'files')} still missing. Take a photo or pick one, then hand in.`,
    uploading: (percent) => `Uploading ${percent}%`,
    saving: 'Saving…',
    saved: (title, step) => `${title} ${step}: saved`,
    conflict: (state) =>
      `Someone has just taken a step: it is now "${state}". Yours was not saved; look again before you decide.`,
  },
};
