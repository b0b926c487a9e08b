import { strictStaticAdapter } from './strict-static-adapter.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: strictStaticAdapter(),
    alias: {},
    version: { pollInterval: 0 },
    // Registered by lib/pwa: the user decides when a new version takes over.
    serviceWorker: { register: false },
    typescript: {
      config: (config) => {
        config.include.push('../vite.config.ts', '../*.js');
        return config;
      },
    },
  },
};
