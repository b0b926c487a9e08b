import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

/** Components and logic of the dashboard in a simulated page. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte({ configFile: false }), svelteTesting()],
  resolve: { alias: { $lib: `${import.meta.dirname}/src/lib` } },
  test: {
    name: 'dashboard',
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: [`${import.meta.dirname}/src/test/setup.ts`],
    // Components are slow to come where other things run beside them.
    testTimeout: 60_000,
    // Libraries that ship .svelte files, which Node cannot load by itself.
    server: { deps: { inline: ['@lucide/svelte', 'bits-ui', 'svelte-toolbelt', 'runed'] } },
  },
});
