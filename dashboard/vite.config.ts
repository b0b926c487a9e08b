import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/** The running API for `npm run -w dashboard dev`. */
const api = process.env.ANSHI_API_URL ?? 'http://127.0.0.1:8080';

// A build started from a test run inherits its NODE_ENV and would be a development build.
export default defineConfig(({ command }) => {
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    plugins: [tailwindcss(), sveltekit()],
    server: { proxy: { '/api': { target: api, ws: true } } },
    build: {
      target: 'es2022',
      rolldownOptions: {
        output: {
          // What many pages need is one file with all that it imports itself, so that no cycle of chunks
          // arises (chunk-cycles.js); without it a page would be 170 requests.
          codeSplitting: { groups: [{ name: 'shared', minShareCount: 6 }] },
        },
      },
    },
  };
});
