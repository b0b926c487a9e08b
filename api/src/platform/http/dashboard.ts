import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app-types.ts';
import { Problem } from './errors.ts';

/** Files with a content hash in their name. */
const IMMUTABLE = /^\/_app\/immutable\//;

/**
 * Serves the built dashboard at `/`. An address without a file is a page of the app, which routes
 * by itself.
 */
export async function serveDashboard(app: App, folder: string): Promise<void> {
  const root = resolve(folder);
  await app.register(fastifyStatic, {
    root,
    serve: false,
    cacheControl: false,
    // The build leaves a .br and a .gz beside each text file.
    preCompressed: true,
  });

  const readIndex = openPage(join(root, 'index.html'));
  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    const html = await readIndex();
    if (html === null) {
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('The dashboard is not built. Run: npm run -w dashboard build\n');
    }
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', contentPolicy(request, html.scripts))
      .send(html.text);
  };
  app.get('/', { config: { public: true }, schema: { hide: true } }, page);
  app.get(
    '/*',
    { config: { public: true }, schema: { hide: true } },
    async (request: FastifyRequest, reply) => {
      const pathname = request.url.split('?', 1)[0] ?? '/';
      if (pathname === '/api' || pathname.startsWith('/api/')) throw new Problem('route.unknown');
      const path = decodePath(pathname);
      if (path !== null && path !== '/index.html' && (await isFile(join(root, path)))) {
        reply.header(
          'cache-control',
          IMMUTABLE.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
        return reply.sendFile(path);
      }
      // A missing script or picture must not be answered with a page.
      if (/\.[a-z0-9]{2,5}$/i.test(pathname)) throw new Problem('route.unknown');
      return page(request, reply);
    },
  );
}

/** A path below the root, or null. */
function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname);
    return path.includes('\0') || path.split(/[\\/]/).includes('..') ? null : path;
  } catch {
    return null;
  }
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

interface Page {
  text: string;
  /** Hashes of its inline scripts, for the content security policy. */
  scripts: string[];
  changed: number;
}

/** Reads the page, again after the file has changed. */
function openPage(file: string): () => Promise<Page | null> {
  let known: Page | null = null;
  return async () => {
    known = await readPage(file, known);
    return known;
  };
}

async function readPage(file: string, known: Page | null): Promise<Page | null> {
  try {
    const changed = (await stat(file)).mtimeMs;
    if (known?.changed === changed) return known;
    const text = await readFile(file, 'utf8');
    const scripts = [...text.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
      ([, script]) => `'sha256-${createHash('sha256').update(script!).digest('base64')}'`,
    );
    return { text, scripts, changed };
  } catch {
    return null;
  }
}

/**
 * Content security policy: its own files, media made from responses (blob:), and live events of
 * this host, for which some browsers do not accept `'self'`.
 */
export function contentPolicy(
  request: { headers: { host?: string | undefined } },
  scripts: string[],
): string {
  const host = request.headers.host ?? '';
  const events = /^[\w.-]+(:\d+)?$|^\[[0-9a-f:]+\](:\d+)?$/i.test(host)
    ? [`ws://${host}`, `wss://${host}`]
    : [];
  const directives: Record<string, string[]> = {
    'default-src': ["'self'"],
    'script-src': ["'self'", ...scripts],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'blob:', 'data:'],
    'media-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", ...events],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');
}
