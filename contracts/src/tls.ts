import { readFileSync } from 'node:fs';
import { SettingsError } from './process.ts';

type Environment = Record<string, string | undefined>;

/** Certificates of a broker client; all left out on `mqtt://`. */
export interface MqttTls {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  minVersion?: 'TLSv1.2';
  rejectUnauthorized?: true;
}

/** Certificate of a TLS server; with a client CA it requires client certificates of that CA. */
export interface ServerTls {
  cert: Buffer;
  key: Buffer;
  minVersion: 'TLSv1.2';
  ciphers: string;
  honorCipherOrder: true;
  ca?: Buffer;
  requestCert?: true;
  rejectUnauthorized?: true;
}

/**
 * Cipher suites of our servers, the strongest first: all authenticated and with forward secrecy
 * (Mozilla's intermediate list without finite-field Diffie-Hellman). The default of Node.js has
 * others for TLS 1.2.
 */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Whether an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Refuses an address that the network reaches without encryption: passwords and records would be sent
 * in the clear.
 *
 * @param http.insecure a person takes it knowingly, or something else encrypts it.
 * @throws SettingsError with the ways out.
 */
export function requireEncryption(http: {
  host: string;
  tls: boolean;
  trustProxy: boolean;
  insecure: boolean;
}): void {
  if (http.tls || http.trustProxy || http.insecure || isLoopback(http.host)) return;
  throw new SettingsError([
    `  ANSHI_HTTP_HOST: ${http.host} is reached by the network, and nothing encrypts: set ANSHI_TLS_CERT and ANSHI_TLS_KEY, or ANSHI_TRUST_PROXY=1 behind a proxy with TLS; ANSHI_INSECURE_HTTP=1 sends passwords and records in the clear`,
  ]);
}

/**
 * Reads the certificates for the broker: ANSHI_MQTT_CA, and ANSHI_MQTT_CERT with ANSHI_MQTT_KEY
 * where the broker requires a client certificate. Without a CA, the system's CAs are trusted. A
 * certificate of another CA, or for another host, is always refused.
 *
 * @throws SettingsError that names the variable whose file is missing or cannot be read.
 */
export function readMqttTls(env: Environment): MqttTls {
  const [ca, cert, key] = readFiles(env, 'ANSHI_MQTT_CA', 'ANSHI_MQTT_CERT', 'ANSHI_MQTT_KEY');
  pair('ANSHI_MQTT_CERT', cert, 'ANSHI_MQTT_KEY', key);
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
  };
}

/**
 * Reads the certificate of a server and the CA of its clients.
 *
 * @param names the variables that name the files.
 * @returns null for a server without TLS.
 * @throws SettingsError as {@link readMqttTls}.
 */
export function readServerTls(
  env: Environment,
  names: { cert: string; key: string; clientCa: string },
): ServerTls | null {
  const [cert, key, ca] = readFiles(env, names.cert, names.key, names.clientCa);
  pair(names.cert, cert, names.key, key);
  if (!cert || !key) {
    if (ca) throw new SettingsError([`  ${names.clientCa}: is of use with ${names.cert} only`]);
    return null;
  }
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    ...(ca ? { ca, requestCert: true, rejectUnauthorized: true } : {}),
  };
}

function readFiles(env: Environment, ...names: string[]): (Buffer | undefined)[] {
  return names.map((name) => {
    const path = env[name];
    if (!path) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      const why = (error as Error).message;
      throw new SettingsError([`  ${name}: must be a PEM file that this user may read (${why})`]);
    }
  });
}

function pair(a: string, first: Buffer | undefined, b: string, second: Buffer | undefined): void {
  if (!first === !second) return;
  const [missing, given] = first ? [b, a] : [a, b];
  throw new SettingsError([`  ${missing}: must be set where ${given} is`]);
}
