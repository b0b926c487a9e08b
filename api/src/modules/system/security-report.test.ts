import { isLoopback } from '@anshi/contracts/tls';
import { describe, expect, it } from 'vitest';
import { judgeSecurity, type SecurityFacts } from './security-report.ts';

const safe: SecurityFacts = {
  host: '127.0.0.1',
  tls: false,
  trustProxy: false,
  publicUrl: null,
  demoAccounts: 0,
  administrators: 2,
  administratorsWithoutSecondFactor: 0,
  databaseUrl: 'postgresql://anshi_app@127.0.0.1/anshi',
  databaseRole: { superuser: false, bypassesRowSecurity: false },
  databaseRights: 0,
  mqttUrl: 'mqtt://127.0.0.1:1883',
  dataDirMode: 0o40700,
  keysInDataDir: false,
  scanner: true,
  backup: true,
  webhookExceptions: 0,
};

describe('judgeSecurity', () => {
  it('finds nothing where all is in order', () => {
    expect(judgeSecurity(safe).filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  it.each([
    ['demo', 'notice', { demoAccounts: 3 }],
    ['demo', 'danger', { demoAccounts: 1, host: '0.0.0.0' }],
    ['demo', 'danger', { demoAccounts: 1, publicUrl: 'https://plant.example' }],
    ['demo', 'danger', { demoAccounts: 1, trustProxy: true }],
    ['tls', 'danger', { host: '192.168.1.5' }],
    ['tls', 'notice', { host: '192.168.1.5', trustProxy: true }],
    ['tls', 'ok', { host: '192.168.1.5', tls: true }],
    ['database-role', 'danger', { databaseRole: { superuser: true, bypassesRowSecurity: true } }],
    ['database-role', 'danger', { databaseRole: { superuser: false, bypassesRowSecurity: true } }],
    ['database-rights', 'danger', { databaseRights: 3 }],
    ['database-tls', 'notice', { databaseUrl: 'postgresql://a@db.example/anshi' }],
    ['database-tls', 'ok', { databaseUrl: 'postgresql://a@db.example/anshi?sslmode=verify-full' }],
    ['database-tls', 'notice', { databaseUrl: 'postgresql://a@db.example/anshi?sslmode=prefer' }],
    ['bus-tls', 'notice', { mqttUrl: 'mqtt://broker.example' }],
    ['bus-tls', 'ok', { mqttUrl: 'mqtts://broker.example' }],
    ['second-factor', 'notice', { administratorsWithoutSecondFactor: 1, host: '0.0.0.0' }],
    ['data-folder', 'danger', { dataDirMode: 0o40755 }],
    ['data-folder', 'danger', { dataDirMode: 0o40750 }],
    ['data-folder', 'danger', { dataDirMode: 0o40711 }],
    ['data-folder', 'ok', { dataDirMode: 0o40710 }],
    ['keys', 'notice', { keysInDataDir: true }],
    ['scanner', 'notice', { scanner: false }],
    ['backup', 'notice', { backup: false }],
    ['webhooks', 'notice', { webhookExceptions: 2 }],
  ] as const)('%s is %s for %o', (id, state, changes) => {
    const found = judgeSecurity({ ...safe, ...changes }).find((one) => one.id === id);
    expect(found?.state).toBe(state);
    expect(found?.text.zh).not.toBe('');
    expect(found?.text.en).not.toBe('');
  });

  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.example', false],
    ['', false],
  ])('%s is loopback: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });
});
