/**
 * @typedef {object} Part projects that one vitest runs.
 * @property {string} name
 * @property {readonly string[]} projects
 * @property {number} niceness of its processes: what follows a clock goes first.
 * @property {boolean} [afterChecks] the checks that are not tests come before it.
 */

/** @typedef {readonly Part[]} Lane parts that run one after the other, beside the other lane of the stage. */

/**
 * What runs at the same time on two cores. In the second stage the first lane follows a clock (parts that
 * stay away for a minute, cameras that send in real time) and mostly waits; the second computes and takes
 * the processor time that the first leaves. No lane waits for the other one between its parts, so that both
 * cores have work until the end.
 *
 * `footage` runs alone: beside anything else on two cores it loses pictures, and its rounds are
 * repeated. `integration` waits for events within limits, hence a niceness that leaves it a quarter of the
 * processor time at the least. At 10 it would get a tenth, and limits that are for failures pass.
 *
 * @type {readonly (readonly Lane[])[]}
 */
export const stages = [
  [[{ name: 'footage', projects: ['footage'], niceness: 0 }]],
  [
    [
      { name: 'outage', projects: ['outage'], niceness: 0 },
      { name: 'cameras', projects: ['media', 'e2e'], niceness: 0 },
      { name: 'browser', projects: ['browser'], niceness: 0 },
      { name: 'pages', projects: ['pages', 'tour'], niceness: 0 },
    ],
    [
      {
        name: 'compute',
        projects: ['unit', 'dashboard', 'tools', 'perception'],
        niceness: 10,
        afterChecks: true,
      },
      { name: 'integration', projects: ['integration'], niceness: 5 },
    ],
  ],
];

/** All projects of vitest.config.ts. */
export const allProjects = stages.flat(2).flatMap(({ projects }) => projects);

/**
 * @param {readonly string[]} wanted projects.
 * @returns {Part[][][]} the stages and lanes that have any of them, with these only.
 */
export function stagesOf(wanted) {
  const isWanted = (/** @type {string} */ name) => wanted.includes(name);
  return stages
    .map((stage) =>
      stage
        .map((lane) =>
          lane
            .map((part) => ({ ...part, projects: part.projects.filter(isWanted) }))
            .filter(({ projects }) => projects.length > 0),
        )
        .filter((lane) => lane.length > 0),
    )
    .filter((stage) => stage.length > 0);
}
