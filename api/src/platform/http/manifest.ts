import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'http',
  folders: ['platform/http'],
  problems: {
    'request.invalid': [400, 'The request is not valid', 'Correct the fields named in errors.'],
    'request.cursor': [
      400,
      'The cursor is not valid',
      'Take the cursor from the field next of the last page and keep its order, or start without.',
    ],
    'request.too-large': [413, 'The request is too large', 'Send less in one request.'],
    'request.media-type': [
      415,
      'The content type is not taken here',
      'Send the content type that the API description names for this address.',
    ],
    'request.range': [416, 'The range lies outside the file', 'Ask for bytes inside the file.'],
    'metrics.closed': [
      403,
      'The metrics are for this machine only',
      'Ask on the machine of the API itself, or set ANSHI_METRICS_TOKEN and send it as bearer token.',
    ],
    'route.unknown': [
      404,
      'There is nothing at this address',
      'Check it against /api/openapi.json.',
    ],
    'database.unavailable': [
      503,
      'The database is not reachable',
      'Try again in a moment; an operator of the system sees more at /api/health.',
    ],
    'server.failed': [
      500,
      'The server failed',
      'Try again; if it persists, give the request id to your administrator.',
    ],
  },
} as const satisfies ModuleManifest;
