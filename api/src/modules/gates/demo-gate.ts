/** The reader of the demonstration, which the simulator plays: its name and its machine. */
export const demoGate = { device: 'welder-1-reader', machine: 'welder-1' } as const;
