import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'files',
  folders: ['platform/files', 'platform/store'],
  problems: {
    'file.unknown': [404, 'There is no such file', 'It may be gone, or not be yours to see.'],
    'file.withheld': [
      403,
      'The document may name who sent it',
      'Ask a person who may know the reporter: only they open it.',
    ],
    'file.name': [400, 'The file needs a name', 'Send filename in the header upload-metadata.'],
    'file.size': [
      400,
      'The size of the file is not said',
      'Send its bytes in the header upload-length; a length that comes later is not taken.',
    ],
    'file.too-large': [413, 'The file is too large', 'Send a smaller file.'],
    'file.quota': [
      429,
      'Too many files wait to be attached',
      'Attach or remove those that were sent before; they go by themselves after a day.',
    ],
    'file.not-received': [409, 'The file is not complete yet', 'Continue the upload.'],
    'file.not-checked': [409, 'The file is still being checked', 'Try again in a moment.'],
    'file.type': [
      422,
      'A file of this kind is not taken',
      'Send a picture, video, sound or document.',
    ],
    'file.mismatch': [
      422,
      'The file is not what it was announced as',
      'Send it with its own content type.',
    ],
    'file.picture': [422, 'The picture is not taken', 'Take or send it again.'],
    'file.media': [422, 'The video or sound is not taken', 'Record or send it again.'],
    'file.archive': [422, 'The document is not taken', 'Save it anew and send it again.'],
    'file.script': [
      422,
      'The PDF runs something when it is opened',
      'Print it as PDF again, and send that.',
    ],
    'file.script-unknown': [
      422,
      'The PDF cannot be checked for scripts',
      'Save it as PDF/A or as a picture, and send that.',
    ],
    'file.infected': [
      422,
      'The scanner found malicious software in the file',
      'Do not open it on any machine; inform your IT department.',
    ],
    'file.taken': [409, 'The file is attached already', 'Send it again to attach it elsewhere.'],
    'file.not-scanned': [
      409,
      'The file waits for the scanner',
      'It is shown when it was scanned; an administrator sees the state of the scanner.',
    ],
    'file.failed': [500, 'The file could not be checked', 'Send it again.'],
    'file.unavailable': [
      503,
      'Videos and sounds cannot be checked here',
      'An administrator has to install ffmpeg.',
    ],
  },
  audit: {
    entities: { file: { zh: '文件', en: 'file' } },
    actions: { infected: { zh: '发现带病毒的', en: 'found malware in' } },
  },
  records: {
    '/files/:id': ['stored_file'],
    '/uploads/:id': ['upload'],
  },
  tables: ['upload', 'stored_file'],
} as const satisfies ModuleManifest;
