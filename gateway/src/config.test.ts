import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { addressOf } from './readers/config.ts';

const key = 'ab'.repeat(32);
const text = (device: string) => `version: 1
devices:
  - device: cell-beacon
    secret: \${ANSHI_GATEWAY_SECRET}
    key: ${key}
${device}`;
const modbus = `    driver:
      kind: modbus
      url: modbus://192.0.2.7:502
      outputs:
        light: { register: 10, values: { off: 0, steady: 1, flash: 2 } }
        sound: { coil: 1 }
        lost: { coil: 2 }
`;
const variables = { ANSHI_GATEWAY_SECRET: 'a-secret-of-a-device', PATH: '/bin' };
const problem = (given: string) => {
  try {
    readConfig(given, variables);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
};

describe('the configuration of a gateway', () => {
  it('names devices, what they may be told, and their safe state', () => {
    const {
      devices: [device],
    } = readConfig(text(`${modbus}    faultOutput: lost\n    actions: [alarm]\n`), variables);
    expect(device).toMatchObject({
      device: 'cell-beacon',
      secret: 'a-secret-of-a-device',
      actions: ['alarm'],
      safe: { light: 'off', sound: false },
      driver: { unit: 1, timeoutMs: 500 },
      faultOutput: 'lost',
    });
  });

  it('is refused with the field and the reason', () => {
    expect(problem(text(`${modbus}    safe: { light: off, horn: false }\n`))).toContain('"horn"');
    expect(problem(text(`${modbus}    actions: [explode]\n`))).toContain('devices.0.actions.0');
    expect(problem(text(`${modbus}    faultOutput: none-such\n`))).toContain('"none-such"');
    expect(problem(text(`${modbus}    safe: { lost: false }\n    faultOutput: lost\n`))).toContain(
      'cannot be safe and fault',
    );
    expect(problem(text(modbus.replace('coil: 1', 'coil: 1, register: 2')))).toContain(
      'either coil or register',
    );
    expect(
      problem(text(modbus.replace('modbus://192.0.2.7:502', 'modbus://u:p@192.0.2.7'))),
    ).toContain('driver.url');
    expect(problem(text(modbus) + text(modbus).split('devices:\n')[1])).toContain('there twice');
    expect(problem('version: 1\ndevices: [')).toContain('not YAML');
    expect(problem(text(modbus).replace(key, 'short'))).toContain('64 hexadecimal digits');
  });

  it('is refused where the safe state leaves something open', () => {
    const lost = '    faultOutput: lost\n';
    expect(problem(text(modbus))).toContain('safe: "lost" must have a value here');
    expect(problem(text(`${modbus}${lost}`))).toBe('');
    expect(problem(text(`${modbus}${lost}    safe: { light: off }\n`))).toContain('"sound" must');
    const safe = (light: string, sound = 'false') =>
      problem(text(`${modbus}${lost}    safe: { light: ${light}, sound: ${sound} }\n`));
    expect(safe('blue')).toContain('"light" has no value blue');
    expect(safe('steady')).toBe('');
    expect(safe('"off"', '"quiet"')).toContain('"sound" has no value quiet');
    expect(safe('"off"', '2')).toContain('"sound" is 2 on the wire');
    expect(safe('"off"', '0')).toBe('');
    const lights = (values: string) =>
      problem(text(`${modbus.replace('off: 0, steady: 1', values)}${lost}`));
    expect(lights('off: "none", steady: 1')).toContain('values.off');
    expect(lights('off: "70000", steady: 1')).toContain('values.off');
    expect(lights('off: "0", steady: 1')).toBe('');
    // It would never be seen to be off.
    expect(lights('dark: 0, off: 0')).toContain('"light" is read back as dark');
  });

  it('needs no safe state for a light that the device does not have', () => {
    const horn = `    driver:
      kind: modbus
      url: modbus://192.0.2.7:502
      outputs:
        sound: { coil: 1 }
`;
    const {
      devices: [device],
    } = readConfig(text(horn), variables);
    expect(device?.safe).toEqual({ sound: false });
    // What it has besides must be named, as always.
    expect(problem(text(horn.replace('sound:', 'horn:')))).toContain('"horn" must have a value');
    expect(problem(text(`${horn}    safe: { light: off, sound: false }\n`))).toContain(
      'no output "light"',
    );
  });

  it('reads variables of the gateway alone', () => {
    expect(problem(text(modbus).replace('SECRET}', 'OTHER}'))).toContain('ANSHI_GATEWAY_OTHER');
    // Any other text stays as it is.
    const given = text(`${modbus}    faultOutput: lost\n`);
    const {
      devices: [device],
    } = readConfig(given.replace('192.0.2.7:502', `$${'{PATH}'}`), variables);
    expect(device?.driver.url).toBe(`modbus://$${'{PATH}'}`);
  });

  it('has readers beside devices, each with an address of LLRP, and none twice', () => {
    const reader = (url: string) => `version: 1
readers:
  - { reader: gate-llrp, secret: a-secret-of-a-reader, url: '${url}' }
`;
    const { devices, readers } = readConfig(reader('llrp://192.0.2.7'), variables);
    expect([devices, readers]).toMatchObject([[], [{ reader: 'gate-llrp', antennas: [] }]]);
    expect(problem(reader('http://192.0.2.7'))).toContain('must be an address like llrp://');
    const twice = reader('llrp://192.0.2.7') + reader('llrp://192.0.2.8').split('readers:\n')[1];
    expect(problem(twice)).toContain('there twice');
  });

  it('has readers by TLS alone with files of certificates, and none with half of a pair', () => {
    const reader = (url: string, tls: string) => `version: 1
readers:
  - { reader: gate-llrp, secret: a-secret-of-a-reader, url: '${url}', tls: ${tls} }
`;
    const tls = '{ ca: reader.pem, name: impinj-14-a2-b3 }';
    expect(readConfig(reader('llrps://192.0.2.7', tls), variables).readers).toMatchObject([
      { tls: { ca: 'reader.pem', name: 'impinj-14-a2-b3' } },
    ]);
    expect(problem(reader('llrp://192.0.2.7', tls))).toContain('needs an address with llrps://');
    const half = problem(reader('llrps://192.0.2.7', '{ cert: gateway.pem }'));
    expect(half).toContain('must have both cert and key');
    const addressed = (url: string) =>
      addressOf({ reader: 'gate', secret: 'a-secret-of-a-reader', url, antennas: [] });
    expect(addressed('llrps://192.0.2.7')).toMatchObject({ host: '192.0.2.7', port: 5085 });
    expect(addressed('llrp://[2001:db8::7]')).toEqual({
      host: '2001:db8::7',
      port: 5084,
      tls: null,
    });
  });
});
