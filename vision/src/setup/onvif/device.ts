import type { OnvifDevice, OnvifDeviceRequest, OnvifProfile } from '@anshi/contracts';
import { OnvifError, type OnvifLogin, soapCall } from './soap.ts';
import { allAt, escapeXml, textAt, type Xml } from './xml.ts';

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';
const MEDIA = 'http://www.onvif.org/ver10/media/wsdl';
const SCHEMA = 'http://www.onvif.org/ver10/schema';
const USUAL_PATH = '/onvif/device_service';
/** Each takes two calls. */
const PROFILES_MOST = 16;

/** A service of a device, and who calls it. */
interface Service {
  readonly url: string;
  readonly login: OnvifLogin | null;
}

/**
 * Asks a device for what it is and for its streams. The first refusal of user or password ends it, since cameras
 * lock users out after some. Addresses that the device names get its own host: behind an address translation they
 * are those of another network, and a password must not be sent elsewhere.
 */
export async function readDevice(
  { address, user, password }: Pick<OnvifDeviceRequest, 'address' | 'user' | 'password'>,
  worker: string,
): Promise<OnvifDevice> {
  const found: OnvifDevice = {
    worker,
    outcome: 'ok',
    message: null,
    maker: null,
    model: null,
    firmware: null,
    serial: null,
    profiles: [],
  };
  try {
    const url = serviceAddress(address);
    const clockAhead = await clockOf(url);
    const login = user === '' ? null : { user, password, clockAhead };
    const service = { url, login };
    Object.assign(found, await informationOf(service));
    const media = await mediaServiceOf(service);
    found.profiles = await profilesOf({ url: media, login }, new URL(url).hostname);
    if (found.profiles.every(({ stream }) => stream === null)) {
      throw new OnvifError('no-media', 'the device names no stream by RTSP');
    }
  } catch (error) {
    const isKnown = error instanceof OnvifError;
    found.outcome = isKnown ? error.problem : 'failed';
    found.message = isKnown ? error.message : 'the answer of the device cannot be read';
  }
  return found;
}

/** The device service of an address; the usual path where it names none. */
function serviceAddress(address: string): string {
  const url = new URL(address);
  if (url.pathname === '/' || url.pathname === '') url.pathname = USUAL_PATH;
  return url.href;
}

const call = (service: Service, namespace: string, operation: string, body: string) =>
  soapCall(service.url, {
    action: `${namespace}/${operation}`,
    body: `<${operation} xmlns="${namespace}">${body}</${operation}>`,
    login: service.login,
  });

/** The device's clock minus ours, ms. It is asked without a user, as the specification has it. */
async function clockOf(url: string): Promise<number> {
  const answer = await call({ url, login: null }, DEVICE, 'GetSystemDateAndTime', '').catch(
    (error: OnvifError) => {
      // Some devices want a user for this, too: then the clocks have to agree.
      if (error.problem === 'wrong-password' || error.problem === 'failed') return undefined;
      throw error;
    },
  );
  const [utc] = allAt(answer, 'GetSystemDateAndTimeResponse', 'SystemDateAndTime', 'UTCDateTime');
  const number = (...path: string[]) => Number(textAt(utc, ...path) ?? Number.NaN);
  const at = Date.UTC(
    number('Date', 'Year'),
    number('Date', 'Month') - 1,
    number('Date', 'Day'),
    number('Time', 'Hour'),
    number('Time', 'Minute'),
    number('Time', 'Second'),
  );
  return Number.isFinite(at) ? at - Date.now() : 0;
}

const short = (text: string | null): string | null => text?.slice(0, 200) ?? null;

async function informationOf(
  service: Service,
): Promise<Pick<OnvifDevice, 'maker' | 'model' | 'firmware' | 'serial'>> {
  const answer = await call(service, DEVICE, 'GetDeviceInformation', '');
  const [said] = allAt(answer, 'GetDeviceInformationResponse');
  return {
    maker: short(textAt(said, 'Manufacturer')),
    model: short(textAt(said, 'Model')),
    firmware: short(textAt(said, 'FirmwareVersion')),
    serial: short(textAt(said, 'SerialNumber')),
  };
}

async function mediaServiceOf(service: Service): Promise<string> {
  const answer = await call(service, DEVICE, 'GetCapabilities', '<Category>Media</Category>');
  const named = textAt(answer, 'GetCapabilitiesResponse', 'Capabilities', 'Media', 'XAddr');
  const url = named && atHost(named, new URL(service.url).hostname, /^https?:$/);
  if (!url) throw new OnvifError('no-media', 'the device has no service of streams');
  return url;
}

async function profilesOf(media: Service, host: string): Promise<OnvifProfile[]> {
  const answer = await call(media, MEDIA, 'GetProfiles', '');
  const profiles: OnvifProfile[] = [];
  // One after the other: cameras are small computers.
  for (const one of allAt(answer, 'GetProfilesResponse', 'Profiles').slice(0, PROFILES_MOST)) {
    const { token } = one.attributes;
    if (!token) continue;
    const [encoder] = allAt(one, 'VideoEncoderConfiguration');
    profiles.push({
      token: token.slice(0, 200),
      name: short(textAt(one, 'Name')),
      codec: short(textAt(encoder, 'Encoding')),
      width: wholeAt(encoder, 'Resolution', 'Width'),
      height: wholeAt(encoder, 'Resolution', 'Height'),
      fps: wholeAt(encoder, 'RateControl', 'FrameRateLimit'),
      stream: await streamOf(media, token, host),
      snapshot: await snapshotOf(media, token, host),
    });
  }
  return profiles;
}

function wholeAt(of: Xml | undefined, ...path: string[]): number | null {
  const value = Number(textAt(of, ...path) ?? Number.NaN);
  return Number.isInteger(value) && value > 0 ? value : null;
}

async function streamOf(media: Service, token: string, host: string): Promise<string | null> {
  const body = `<StreamSetup><Stream xmlns="${SCHEMA}">RTP-Unicast</Stream><Transport xmlns="${SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>${escapeXml(token)}</ProfileToken>`;
  const uri = await uriOf(media, 'GetStreamUri', body);
  return uri && atHost(uri, host, /^rtsps?:$/);
}

async function snapshotOf(media: Service, token: string, host: string): Promise<string | null> {
  const body = `<ProfileToken>${escapeXml(token)}</ProfileToken>`;
  const uri = await uriOf(media, 'GetSnapshotUri', body);
  return uri && atHost(uri, host, /^https?:$/);
}

/** @returns null where the device has none for this profile. @throws OnvifError else. */
async function uriOf(media: Service, operation: string, body: string): Promise<string | null> {
  const answer = await call(media, MEDIA, operation, body).catch((error: OnvifError) => {
    if (error.problem === 'failed') return undefined;
    throw error;
  });
  return textAt(answer, `${operation}Response`, 'MediaUri', 'Uri');
}

/** An address that a device named, at its own host and without a user; null where it is none of this kind. */
function atHost(text: string, host: string, protocol: RegExp): string | null {
  if (!URL.canParse(text) || /[\s\p{Cc}]/u.test(text) || text.length > 900) return null;
  const url = new URL(text);
  if (!protocol.test(url.protocol)) return null;
  url.username = '';
  url.password = '';
  url.hostname = host;
  return url.href;
}
