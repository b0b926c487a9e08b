/**
 * @typedef {object} Lane projects that one vitest runs, beside the other lane of its stage.
 * @property {string} name
 * @property {readonly string[]} projects
 * @property {number} niceness of its processes: what follows a clock goes first.
 * @property {boolean} [afterChecks] the checks that are not tests come before it.
 */

/**
 * What runs at the same time on two cores, stage after stage. In the second and third stage the first lane follows
 * a clock (cameras that send in real time, parts that stay away for a minute) and mostly waits; the
 * second computes and takes the processor time that the first leaves.
 * Those of the last stage are equals: a browser keeps half of two cores busy.
 *
 * `footage` runs alone: beside anything else on two cores it loses pictures, and its rounds are
 * repeated. `integration` waits for events within limits: it runs beside the shorter of the lanes that follow a
 * clock, and at a niceness that leaves it a quarter of the processor time at the least. At 10 it would get a tenth, and
 * limits that are for failures pass.
 *
 * @type {readonly (readonly Lane[])[]}
 */
export const stages = [
  [{ name: 'footage', projects: ['footage'], niceness: 0 }],
  [
    { name: 'outage', projects: ['outage'], niceness: 0 },
    {
      name: 'compute',
      projects: ['unit', 'dashboard', 'tools', 'perception'],
      niceness: 10,
      afterChecks: true,
    },
  ],
  [
    { name: 'cameras', projects: ['media', 'e2e'], niceness: 0 },
    { name: 'integration', projects: ['integration'], niceness: 5 },
  ],
  [
    { name: 'browser', projects: ['browser'], niceness: 0 },
    { name: 'pages', projects: ['pages', 'tour'], niceness: 0 },
  ],
];

/** All projects of vitest.config.ts. */
export const allProjects = stages.flat().flatMap(({ projects }) => projects);

/**
 * @param {readonly string[]} wanted projects.
 * @returns {Lane[][]} the stages and lanes that have any of them, with these only.
 */
export function stagesOf(wanted) {
  return stages
    .map((stage) =>
      stage
        .map((lane) => ({
          ...lane,
          projects: lane.projects.filter((name) => wanted.includes(name)),
        }))
        .filter(({ projects }) => projects.length > 0),
    )
    .filter((stage) => stage.length > 0);
}
