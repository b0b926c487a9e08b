import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import adapter from '@sveltejs/adapter-static';
import { findCycle } from './chunk-cycles.js';

const folder = 'build';
/** As in src/service-worker.ts. */
const startScriptMark = '/_app/start-script-of-the-shell.js';
const inlineScript = /<script>([\s\S]*?)<\/script>/g;

/**
 * adapter-static with one single-page fallback, whose inline start script is moved to a file: then
 * the page runs under `script-src 'self'` without hashes. Each text file also gets a compressed copy
 * (.br, .gz) beside it, which the API sends to browsers that take it.
 *
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function strictStaticAdapter() {
  const inner = adapter({ pages: folder, assets: folder, fallback: 'index.html' });
  return {
    ...inner,
    name: 'strict-static',
    async adapt(builder) {
      await inner.adapt(builder);
      const cycle = findCycle(join(folder, '_app/immutable'));
      if (cycle) throw new Error(`chunks import each other: ${cycle.join(' -> ')}`);
      const page = join(folder, 'index.html');
      let start = '';
      const html = readFileSync(page, 'utf8').replace(inlineScript, (_, code) => {
        const digest = createHash('sha256').update(code).digest('hex').slice(0, 10);
        const path = `_app/immutable/start.${digest}.js`;
        mkdirSync(join(folder, '_app/immutable'), { recursive: true });
        writeFileSync(join(folder, path), code);
        start = `/${path}`;
        return `<script src="/${path}"></script>`;
      });
      writeFileSync(page, html);
      nameStartScript(start);
      await builder.compress(folder);
    },
  };
}

/**
 * The service worker was built before the start script's name was known: without it in the list the
 * app would not open offline.
 *
 * @param {string} start
 */
function nameStartScript(start) {
  const file = join(folder, 'service-worker.js');
  const code = readFileSync(file, 'utf8');
  if (!start || !code.includes(startScriptMark)) {
    throw new Error('the service worker does not name the start script of the page');
  }
  writeFileSync(file, code.replaceAll(startScriptMark, start));
}
