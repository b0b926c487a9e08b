/** Devices of the demonstration, which the simulator plays: name on the bus, names, area, second person. */
export const demoDevices = [
  ['press-beacon', '冲压线声光报警器', 'Beacon of the press line', 'press-line', false],
  ['aisle-siren', '主通道警笛', 'Siren of the main aisle', 'main-aisle', true],
  ['cell-beacon', '机器人单元声光报警器', 'Beacon of the robot cell', 'robot-cell', false],
] as const;
