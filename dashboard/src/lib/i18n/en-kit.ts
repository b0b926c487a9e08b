import type { Dictionary } from './dictionary.ts';

/** English texts of the generic lists, filters, forms and attachments. */
export const enKit: Dictionary['kit'] = {
  filter: 'Filter',
  clear: 'Clear filters',
  nothingFits: 'Nothing fits the filters',
  nothingFitsHint: 'Change them, or clear them to see everything.',
  refused: (message) => `Not accepted: ${message}`,
  seeFields: 'Some fields are not accepted: see those marked in red.',
  someone: 'Another user',
  changedMeanwhile: (who, at) =>
    `${who} changed this record ${at ? `on ${at}` : 'just now'}. Your changes are not saved yet.`,
  takeTheirs: 'Discard mine and reload',
  keepMine: 'Save mine anyway',
  attach: 'Add files',
  attachments: 'Attachments',
  noAttachments: 'No attachments',
  uploading: (percent) => `Uploading ${percent}%`,
  checking: 'Checking the file',
  removeFile: (name) => `Remove ${name}`,
  cancelUpload: (name) => `Cancel the upload of ${name}`,
  tooManyFiles: (most) => `At most ${most} files.`,
};
