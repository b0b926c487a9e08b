import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlantSettings, settings, settingsTable, unknownSettings } from './settings.ts';

const root = join(import.meta.dirname, '../..');

const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));

describe('settings', () => {
  it('have defaults for everything that a demonstration needs', () => {
    expect(readPlantSettings({})).toMatchObject({
      ANSHI_HTTP_PORT: 8080,
      ANSHI_HTTP_HOST: '127.0.0.1',
      ANSHI_DATA_DIR: '.anshi',
    });
  });

  it('are refused all at once, each with its name', () => {
    const wrong = { ANSHI_HTTP_PORT: 'eighty', ANSHI_DEMO: 'perhaps', ANSHI_MQTT_URL: 'broker' };
    expect(() => readPlantSettings(wrong)).toThrow(
      /ANSHI_HTTP_PORT: must be a port number[\s\S]*ANSHI_MQTT_URL: must be an address such as[\s\S]*ANSHI_DEMO:/,
    );
  });

  it('refuse a detector that is no name of a folder', () => {
    expect(readPlantSettings({}).ANSHI_PPE_MODEL).toBe('ppe');
    expect(() => readPlantSettings({ ANSHI_PPE_MODEL: '../ppe' })).toThrow(
      'ANSHI_PPE_MODEL: must be the name of a folder of models',
    );
  });

  it('ask for the secrets where the database is the user’s own', () => {
    const own = { DATABASE_URL: 'postgresql://anshi@db/anshi' };
    expect(() => readPlantSettings(own)).toThrow(/ANSHI_TOKEN_SECRET.*\n.*ANSHI_WORKER_TOKEN/);
    const complete = {
      ...own,
      ANSHI_TOKEN_SECRET: 'x'.repeat(32),
      ANSHI_WORKER_TOKEN: 'y'.repeat(16),
    };
    expect(readPlantSettings(complete).DATABASE_URL).toBe(own.DATABASE_URL);
  });

  it('ask whether demo accounts are wanted where the network reaches them', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
      expect(() => readPlantSettings({ ANSHI_HTTP_HOST: host })).toThrow(
        /ANSHI_DEMO: must be set where ANSHI_HTTP_HOST/,
      );
      const open = { ANSHI_HTTP_HOST: host, ANSHI_TRUST_PROXY: '1' };
      expect(readPlantSettings({ ...open, ANSHI_DEMO: '1' }).ANSHI_DEMO).toBe(true);
      expect(readPlantSettings({ ...open, ANSHI_DEMO: '0' }).ANSHI_DEMO).toBe(false);
    }
    expect(readPlantSettings({ ANSHI_HTTP_HOST: 'localhost' }).ANSHI_DEMO).toBeUndefined();
  });

  it('refuse an address that the network reaches without encryption before anything starts', () => {
    const open = { ANSHI_HTTP_HOST: '0.0.0.0', ANSHI_DEMO: '0' };
    expect(() => readPlantSettings(open)).toThrow('nothing encrypts');
    for (const way of [
      { ANSHI_TLS_CERT: '/etc/anshi/cert.pem', ANSHI_TLS_KEY: '/etc/anshi/key.pem' },
      { ANSHI_TRUST_PROXY: '1' },
      { ANSHI_INSECURE_HTTP: '1' },
    ]) {
      expect(readPlantSettings({ ...open, ...way }).ANSHI_HTTP_HOST).toBe('0.0.0.0');
    }
  });

  it('tells a misspelled one', () => {
    expect(unknownSettings({ ANSHI_HTP_PORT: '1', ANSHI_SHARED: '/x', HOME: '/' })).toEqual([
      'ANSHI_HTP_PORT',
    ]);
  });

  it.each([
    ['README.md', 'en'],
    ['README.zh-CN.md', 'zh'],
  ] as const)('are listed in %s as they are', (file, language) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(settingsTable(language));
  });

  it('are all that the rooms read', () => {
    const used = new Set(
      ['contracts/src', 'vision/src', 'api/src', 'simulator/src']
        .flatMap((folder) => sources(join(root, folder)))
        .flatMap((file) => readFileSync(file, 'utf8').match(/\bANSHI_[A-Z_]*[A-Z]\b/g) ?? []),
    );
    expect(unknownSettings(Object.fromEntries([...used].map((name) => [name, ''])))).toEqual([]);
  });

  it('are explained in both languages', () => {
    for (const setting of Object.values(settings)) {
      expect(setting.zh).not.toBe('');
      expect(setting.en).not.toBe('');
    }
  });
});
