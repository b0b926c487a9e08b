import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { good, problemsOf } from '../testing/cameras-file.ts';
import { readCamerasFile } from './read.ts';
import { expandUrl } from './url.ts';

/** The valid file with one change, and the line (from 1) of `needle`. */
function broken(from: string, to: string, needle = to): { text: string; line: number } {
  expect(good).toContain(from);
  const text = good.replace(from, to);
  return { text, line: text.slice(0, text.indexOf(needle)).split('\n').length };
}

describe('readCamerasFile', () => {
  it('reads a good file and fills the defaults', () => {
    const file = readCamerasFile(good, 'cameras.yaml');
    const camera = file.cameras[0]!;
    expect(camera).toMatchObject({ analysisFps: 5, transport: 'tcp', model: 'ppe', enabled: true });
    expect(camera.rules[0]).toMatchObject({ items: ['helmet', 'vest'], severity: 'medium' });
  });

  it('reads a second address, checked as the first', () => {
    const second = (line: string) =>
      good.replace(/(\n {4}url: .*)/, (all: string) => `${all}\n    secondUrl: ${line}`);
    const file = readCamerasFile(second('rtsp://198.51.100.2/s'), 'cameras.yaml');
    expect(file.cameras[0]?.secondUrl).toBe('rtsp://198.51.100.2/s');
    const wrong = (line: string) => problemsOf(second(line)).map(({ message }) => message);
    expect(wrong('http://198.51.100.2/')).toEqual(['must start with rtsp://, rtsps:// or file:']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
    expect(wrong('rtsp://${ANSHI_BUS_SECRET}@198.51.100.2/')[0]).toContain('ANSHI_BUS_SECRET');
    expect(wrong('rtsp://198.51.100.2/a b')[0]).toContain('no spaces');
    expect(wrong(file.cameras[0]?.url ?? '')[0]).toContain('another address than url');
  });

  it('refuses the name of a place that no camera sees for a camera', () => {
    const [found] = problemsOf(good.replace('- id: gate', '- id: no-camera'));
    expect(found?.message).toContain('no camera sees');
  });

  it('reads rules on people in a zone, with their defaults', () => {
    const more = [
      'loitering, zone: cell, confirmSeconds: 3600',
      'over-occupancy, zone: cell, maxPeople: 3',
      'lone-work, zone: cell',
      'unattended-machine, zone: cell, whileMachine: { machine: press }',
    ].map((rule, i) => `      - { id: more-${i}, kind: ${rule} }\n`);
    const text = good.replace(/(.*id: ppe.*\n)/, `$1${more.join('')}`);
    expect(readCamerasFile(text, 'cameras.yaml').cameras[0]!.rules.slice(1, 5)).toMatchObject([
      { kind: 'loitering', confirmSeconds: 3600, severity: 'medium' },
      { kind: 'over-occupancy', maxPeople: 3 },
      { kind: 'lone-work', companyIn: 'picture' },
      { kind: 'unattended-machine', whileMachine: { machine: 'press', states: ['running'] } },
    ]);
  });

  it('reads behaviour rules, and rules with a machine condition', () => {
    const text = good.replace(
      'kind: zone-intrusion, zone: cell',
      'kind: zone-intrusion, zone: cell, whileMachine: { machine: press }',
    );
    const more = ['person-down', 'running, speed: 2', 'phone-use, zone: cell'].map(
      (rule, i) => `      - { id: more-${i}, kind: ${rule} }\n`,
    );
    const [, , second] = readCamerasFile(
      text.replace(/(.*id: ppe.*\n)/, `$1${more.join('')}`),
      'cameras.yaml',
    ).cameras[0]!.rules;
    expect(second).toEqual({ id: 'more-1', kind: 'running', severity: 'medium', speed: 2 });
    expect(readCamerasFile(text, 'cameras.yaml').cameras[0]!.rules[1]).toMatchObject({
      whileMachine: { machine: 'press', states: ['running'] },
    });
  });

  const cases: [string, { text: string; line: number }, string, RegExp][] = [
    [
      'an unknown field',
      broken('    picture: [1280, 720]', '    picture: [1280, 720]\n    colour: red', 'colour'),
      'cameras[0].colour',
      /unknown field/,
    ],
    [
      'an outline that crosses itself',
      broken(
        '[[100, 100], [500, 100], [500, 500], [100, 500]]',
        '[[100, 100], [500, 500], [500, 100], [100, 500]]',
      ),
      'cameras[0].zones[0].polygon',
      /crosses itself/,
    ],
    [
      'a zone outside the picture',
      broken('[500, 500], [100, 500]]', '[1500, 500], [100, 500]]'),
      'cameras[0].zones[0].polygon[2]',
      /\[1500, 500\] is outside the picture \(1280 x 720\)/,
    ],
    [
      'an identifier used twice',
      broken('id: inside', 'id: ppe', 'id: ppe, kind: zone-intrusion'),
      'cameras[0].rules[1].id',
      /"ppe" is used twice/,
    ],
    [
      'four calibration points on one line',
      broken(
        '{ picture: [900, 200], floor: [9, 9] }\n      - { picture: [300, 200], floor: [1, 9] }',
        '{ picture: [900, 200], floor: [4, 1] }\n      - { picture: [300, 200], floor: [6, 1] }',
        'calibration:',
      ),
      'cameras[0].calibration',
      /lie on one line/,
    ],
    [
      'three calibration points',
      broken('      - { picture: [300, 200], floor: [1, 9] }\n', '', 'calibration:'),
      'cameras[0].calibration',
      /at least 4 point pairs, there are 3/,
    ],
    [
      'a rule for an unknown zone',
      broken('kind: zone-intrusion, zone: cell', 'kind: zone-intrusion, zone: yard'),
      'cameras[0].rules[1].zone',
      /no zone "yard"/,
    ],
    [
      'a hands rule with a floor zone',
      broken('kind: zone-intrusion, zone: cell', 'kind: hand-in-danger, zone: cell'),
      'cameras[0].rules[1].zone',
      /needs an outline on the picture: give zone "cell" plane: picture/,
    ],
    [
      'a posture rule with an unknown zone',
      broken('kind: zone-intrusion, zone: cell', 'kind: person-down, zone: yard'),
      'cameras[0].rules[1].zone',
      /no zone "yard"/,
    ],
    [
      'an unknown fence',
      broken('kind: zone-intrusion, zone: cell', 'kind: climbing, line: yard'),
      'cameras[0].rules[1].line',
      /no line "yard"/,
    ],
    [
      'an unknown machine state',
      broken(
        'kind: zone-intrusion, zone: cell',
        'kind: zone-intrusion, zone: cell, whileMachine: { machine: press, states: [flying] }',
      ),
      'cameras[0].rules[1].whileMachine.states[0]',
      /running/,
    ],
    [
      'over-occupancy without a number of people',
      broken('kind: zone-intrusion, zone: cell', 'kind: over-occupancy, zone: cell'),
      'cameras[0].rules[1].maxPeople',
      /must say how many people may be in the zone/,
    ],
    [
      'over-occupancy of nobody',
      broken('kind: zone-intrusion, zone: cell', 'kind: over-occupancy, zone: cell, maxPeople: 0'),
      'cameras[0].rules[1].maxPeople',
      /use a zone-intrusion rule/,
    ],
    [
      'half a person',
      broken(
        'kind: zone-intrusion, zone: cell',
        'kind: over-occupancy, zone: cell, maxPeople: 1.5',
      ),
      'cameras[0].rules[1].maxPeople',
      /int/,
    ],
    [
      'lone work in an unknown zone',
      broken('kind: zone-intrusion, zone: cell', 'kind: lone-work, zone: yard'),
      'cameras[0].rules[1].zone',
      /no zone "yard"/,
    ],
    [
      'company in an unknown place',
      broken(
        'kind: zone-intrusion, zone: cell',
        'kind: lone-work, zone: cell, companyIn: building',
      ),
      'cameras[0].rules[1].companyIn',
      /picture/,
    ],
    [
      'a time longer than a shift',
      broken(
        'kind: zone-intrusion, zone: cell',
        'kind: loitering, zone: cell, confirmSeconds: 86400',
      ),
      'cameras[0].rules[1].confirmSeconds',
      /14400/,
    ],
    [
      'an unattended machine without its machine',
      broken('kind: zone-intrusion, zone: cell', 'kind: unattended-machine, zone: cell'),
      'cameras[0].rules[1].whileMachine',
      /must name the machine/,
    ],
    [
      'an unattended machine that stands still',
      broken(
        'kind: zone-intrusion, zone: cell',
        'kind: unattended-machine, zone: cell, whileMachine: { machine: press, states: [running, stopped] }',
      ),
      'cameras[0].rules[1].whileMachine.states[1]',
      /needs no operator/,
    ],
    [
      'an unknown site',
      broken('    site: plant', '    site: plant-2'),
      'cameras[0].site',
      /no site "plant-2"/,
    ],
    [
      'tls of a camera that is not reached by it',
      broken(
        '    picture: [1280, 720]',
        '    tls: { verify: false }\n    picture: [1280, 720]',
        'tls:',
      ),
      'cameras[0].tls',
      /begins with rtsps/,
    ],
    [
      'an address of an unsupported scheme',
      broken('url: rtsp://', 'url: http://'),
      'cameras[0].url',
      /must start with rtsp/,
    ],
  ];

  it.each(['DATABASE_URL', 'ANSHI_TOKEN_SECRET', 'ANSHI_CAMERAS', 'GATE_PASSWORD'])(
    'refuses the variable %s, whose value would leave with the address',
    (name) => {
      const { text, line } = broken('ANSHI_CAMERA_GATE}', `${name}}`, 'url:');
      expect(problemsOf(text)).toEqual([
        {
          file: 'cameras.yaml',
          line,
          field: 'cameras[0].url',
          message: expect.stringContaining(`the environment variable ${name} may not be used here`),
        },
      ]);
      expect(() => expandUrl({ id: 'gate', url: `rtsp://h/\${${name}}` }, { [name]: 'x' })).toThrow(
        `Rename it to ANSHI_CAMERA_${name}`,
      );
    },
  );

  it.each(cases)(
    'refuses %s and names file, line and field',
    (_, { text, line }, field, message) => {
      const problem = problemsOf(text).find((p) => p.field === field);
      expect(problem).toMatchObject({ file: 'cameras.yaml', line });
      expect(problem?.message).toMatch(message);
    },
  );

  it('refuses an unknown model', () => {
    const { text, line } = broken(
      '    site: plant\n',
      '    site: plant\n    model: dogs\n',
      'model:',
    );
    expect(problemsOf(text, (model) => model === 'ppe')).toEqual([
      {
        file: 'cameras.yaml',
        line,
        field: 'cameras[0].model',
        message: 'there is no model "dogs"',
      },
    ]);
  });

  it('refuses malformed YAML with the line of the mistake', () => {
    const [problem] = problemsOf(`${good}  - id: [unclosed\n`);
    expect(problem?.line).toBeGreaterThanOrEqual(good.split('\n').length);
    expect(problem?.field).toBe('');
  });

  it('lists every problem of a file', () => {
    const text = good
      .replace('site: plant\n', 'site: nowhere\n')
      .replace('zone: cell }', 'zone: x }');
    expect(problemsOf(text).map((p) => p.field)).toEqual([
      'cameras[0].site',
      'cameras[0].rules[0].zone',
    ]);
  });

  it('throws only its own error for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(good.length), (junk, at) => {
        problemsOf(good.slice(0, at) + junk + good.slice(at));
      }),
    );
  });
});
