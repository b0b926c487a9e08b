import { describe, expect, it } from 'vitest';
import { usualSockets } from './http/socket-limits.ts';
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

  it('refuse an address that the network reaches without encryption, unless they say so', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'anshi.example']) {
      const open = { ...least, ANSHI_HTTP_HOST: host };
      expect(() => readApiSettings(open)).toThrow(
        /ANSHI_HTTP_HOST: .* nothing encrypts: set ANSHI_TLS_CERT.*ANSHI_TRUST_PROXY=1.*ANSHI_INSECURE_HTTP=1/,
      );
      for (const name of ['ANSHI_TRUST_PROXY', 'ANSHI_INSECURE_HTTP']) {
        expect(readApiSettings({ ...open, [name]: '1' }).http.host).toBe(host);
        expect(() => readApiSettings({ ...open, [name]: '0' })).toThrow('nothing encrypts');
      }
    }
    for (const host of ['localhost', '127.0.0.1', '127.0.0.2', '::1']) {
      expect(readApiSettings({ ...least, ANSHI_HTTP_HOST: host }).http.host).toBe(host);
    }
  });

  it('bound connections and times, and take other bounds', () => {
    expect(readApiSettings(least).sockets).toEqual(usualSockets);
    const given = {
      ANSHI_HTTP_HEADERS_SECONDS: '5',
      ANSHI_HTTP_REQUEST_SECONDS: '600',
      ANSHI_HTTP_CONNECTIONS: '500',
      ANSHI_HTTP_CONNECTIONS_OF_ADDRESS: '50',
      ANSHI_HTTP_UNASKED_OF_ADDRESS: '10',
      ANSHI_DEVICE_TRIES: '30',
    };
    const read = readApiSettings({ ...least, ...given });
    const sockets = {
      headersSeconds: 5,
      requestSeconds: 600,
      unasked: 10,
      ofAddress: 50,
      all: 500,
    };
    expect([read.sockets, read.deviceTries]).toEqual([sockets, 30]);
    expect(() => readApiSettings({ ...least, ANSHI_HTTP_HEADERS_SECONDS: '0' })).toThrow(
      'ANSHI_HTTP_HEADERS_SECONDS',
    );
  });

  it('make demo accounts only where both are set', () => {
    expect(() => readApiSettings({ ...least, ANSHI_DEMO: '1' })).toThrow('ANSHI_DEMO_PASSWORD');
    const password = 'a-demo-password';
    const demo = { ...least, ANSHI_DEMO: '1', ANSHI_DEMO_PASSWORD: password };
    expect(readApiSettings(demo).demo).toEqual({ password, records: false });
    const withRecords = readApiSettings({ ...demo, ANSHI_DEMO_RECORDS: '1' });
    expect(withRecords.demo).toEqual({ password, records: true });
    expect(readApiSettings({ ...least, ANSHI_DEMO_PASSWORD: password }).demo).toBeNull();
  });
});
