import { describe, expect, it } from 'vitest';
import { readApiSettings } from './settings.ts';

const least = {
  DATABASE_URL: 'postgresql://anshi_app:secret@127.0.0.1:5432/anshi',
  ANSHI_MQTT_URL: 'mqtt://127.0.0.1:1883',
  ANSHI_WORKER_TOKEN: 'w'.repeat(16),
  ANSHI_BUS_SECRET: 'a-secret-that-keys-follow-from-it',
  ANSHI_TOKEN_SECRET: 's'.repeat(32),
};

describe('the settings', () => {
  it('have defaults except for addresses and secrets', () => {
    expect(readApiSettings(least)).toMatchObject({
      http: { host: '127.0.0.1', port: 8080 },
      tenant: 'demo',
      demo: null,
      databaseAdminUrl: null,
    });
  });

  it('report every missing or invalid variable at once', () => {
    const wrong = {
      ...least,
      ANSHI_HTTP_PORT: '80 80',
      DATABASE_URL: 'mysql://x',
      ANSHI_MQTT_URL: '',
    };
    expect(() => readApiSettings(wrong)).toThrow(
      /ANSHI_HTTP_PORT[\s\S]*DATABASE_URL: must be postgresql[\s\S]*ANSHI_MQTT_URL/,
    );
  });

  it('make demo accounts only where both are set', () => {
    expect(() => readApiSettings({ ...least, ANSHI_DEMO: '1' })).toThrow('ANSHI_DEMO_PASSWORD');
    const password = 'a-demo-password';
    const demo = { ...least, ANSHI_DEMO: '1', ANSHI_DEMO_PASSWORD: password };
    expect(readApiSettings(demo).demo).toEqual({ password });
    expect(readApiSettings({ ...least, ANSHI_DEMO_PASSWORD: password }).demo).toBeNull();
  });
});
