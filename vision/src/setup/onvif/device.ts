import type { OnvifDevice, OnvifDeviceRequest } from '@anshi/contracts';
import { HttpDigest } from './http-digest.ts';
import { profilesOf } from './media.ts';
import { call, DEVICE, type Service, short } from './service.ts';
import { challengeOf, OnvifError, type OnvifLogin } from './soap.ts';
import { allAt, textAt } from './xml.ts';

const USUAL_PATH = '/onvif/device_service';

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
    const login: OnvifLogin | null =
      user === '' ? null : { user, password, clockAhead, digest: null, isTaken: false };
    if (login) await findSignIn({ url, login });
    const service = { url, login };
    Object.assign(found, await informationOf(service));
    found.profiles = await profilesOf(service);
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

/**
 * Asks without user and password how the device wants them, which is no attempt to sign in. Where it does not say, they
 * are sent as WS-UsernameToken.
 */
async function findSignIn({ url, login }: { url: string; login: OnvifLogin }): Promise<void> {
  const challenge = await challengeOf(url, {
    action: `${DEVICE}/GetDeviceInformation`,
    body: `<GetDeviceInformation xmlns="${DEVICE}"></GetDeviceInformation>`,
  });
  if (challenge) login.digest = new HttpDigest(challenge, login);
}

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
