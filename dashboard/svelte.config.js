import { strictStaticAdapter } from './strict-static-adapter.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: strictStaticAdapter(),
    alias: {},
    version: { pollInterval: 0 },
    // lib/pwa registers it: the person decides when a new version takes over.
    serviceWorker: { register: false },
    typescript: {
      config: (config) => {
        config.include.push('../vite.config.ts', '../*.js');
        return config;
      },
    },
  },
};
