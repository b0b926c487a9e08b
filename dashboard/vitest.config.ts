import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

/** Tests of the dashboard's components and logic in jsdom. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte({ configFile: false }), svelteTesting()],
  resolve: {
    alias: {
      $lib: `${import.meta.dirname}/src/lib`,
      '$app/navigation': `${import.meta.dirname}/src/test/app-state.svelte.ts`,
      '$app/state': `${import.meta.dirname}/src/test/app-state.svelte.ts`,
    },
  },
  test: {
    name: 'dashboard',
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: [`${import.meta.dirname}/src/test/setup.ts`],
    // Components are slow to render on a busy machine.
    testTimeout: 60_000,
    // Libraries with .svelte files, which Node cannot load by itself.
    server: { deps: { inline: ['@lucide/svelte', 'bits-ui', 'svelte-toolbelt', 'runed'] } },
  },
});
