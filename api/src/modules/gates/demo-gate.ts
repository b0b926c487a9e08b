/** The readers of the demonstration, which the simulator plays: their names and machines. */
export const demoGate = { device: 'welder-1-reader', machine: 'welder-1' } as const;
export const demoForkliftGate = { device: 'forklift-1-reader', machine: 'forklift-1' } as const;
