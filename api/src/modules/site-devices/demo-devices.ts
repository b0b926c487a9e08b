/** Devices of the demonstration, which the simulator plays: name on the bus, names, area, second person, kind. */
export const demoDevices = [
  ['press-beacon', '冲压线声光报警器', 'Beacon of the press line', 'press-line', false, 'beacon'],
  ['aisle-siren', '主通道警笛', 'Siren of the main aisle', 'main-aisle', true, 'beacon'],
  [
    'cell-beacon',
    '机器人单元声光报警器',
    'Beacon of the robot cell',
    'robot-cell',
    false,
    'beacon',
  ],
  ['cell-speaker', '机器人单元扬声器', 'Speaker of the robot cell', 'robot-cell', false, 'speaker'],
  [
    'robot-control',
    '机器人单元控制器',
    'Control of the robot cell',
    'robot-cell',
    false,
    'machine-control',
  ],
  ['welder-stop', '焊机控制器', 'Control of the welder', 'assembly-area', false, 'machine-control'],
] as const;

const suffixes = { beacon: '', speaker: ':speaker', 'machine-control': ':control' } as const;

/** How `ANSHI_SIM_ACTUATORS` has a device of the demonstration. */
export const simulatedAs = (
  [name, , , , , kind]: (typeof demoDevices)[number],
  key: string,
): string => `${name}${suffixes[kind]}=${key}`;
