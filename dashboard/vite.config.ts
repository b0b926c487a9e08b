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
          // One file for each module that two pages share would be 170 requests for a page. What ten
          // pages need is loaded once; the rest is joined to files of at least 20 kB.
          codeSplitting: {
            groups: [
              { name: 'shared', minShareCount: 10, priority: 2 },
              {
                name: 'common',
                minShareCount: 2,
                entriesAware: true,
                entriesAwareMergeThreshold: 20_000,
                priority: 1,
              },
            ],
          },
        },
      },
    },
  };
});
