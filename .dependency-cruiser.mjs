/**
 * Parts of the system communicate over MQTT and HTTP: each may import only itself and the
 * contracts.
 */
const rooms = ['vision', 'api', 'dashboard', 'gateway', 'simulator'];

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      // Type-only imports are erased: a cycle of them is harmless.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      severity: 'error',
      from: { path: '^contracts/' },
      to: { path: `^(${rooms.join('|')}|tools|e2e)/` },
    },
    {
      name: 'the-database-has-one-face',
      comment: 'What lets the query builder and SQL share a transaction is internal: decision 31.',
      severity: 'error',
      from: { path: '^api/', pathNot: '^api/src/platform/db/' },
      to: { path: '^api/src/platform/db/(connections|lending|statements|migrations)\\.ts$' },
    },
    ...rooms.map((room) => ({
      name: `${room}-meets-others-over-the-wire`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: {
        path: `^(${rooms.filter((other) => other !== room).join('|')}|tools|e2e)/`,
      },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|\\.svelte-kit|/build/|/generated/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    // No rule is about dependents and orphans, whose analysis takes seconds.
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
};
