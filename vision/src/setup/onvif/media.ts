import type { OnvifProfile } from '@anshi/contracts';
import { atHost, call, DEVICE, type Service, short } from './service.ts';
import { OnvifError } from './soap.ts';
import { allAt, escapeXml, textAt, type Xml } from './xml.ts';

const SCHEMA = 'http://www.onvif.org/ver10/schema';
/** Each takes two calls. */
const PROFILES_MOST = 16;

/** A version of the service of streams. */
interface Media {
  readonly namespace: string;
  /** What is asked with GetProfiles. */
  readonly profilesBody: string;
  /** Where a profile has its encoder. */
  readonly encoder: readonly string[];
  /** What is asked with GetStreamUri, before the token of the profile. */
  readonly streamBody: string;
  /** Where an answer has an address. */
  readonly uri: readonly string[];
}

const media1: Media = {
  namespace: 'http://www.onvif.org/ver10/media/wsdl',
  profilesBody: '',
  encoder: ['VideoEncoderConfiguration'],
  streamBody: `<StreamSetup><Stream xmlns="${SCHEMA}">RTP-Unicast</Stream><Transport xmlns="${SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>`,
  uri: ['MediaUri', 'Uri'],
};
/** Of profile T: it knows H.265, which the first one has no word for. */
const media2: Media = {
  namespace: 'http://www.onvif.org/ver20/media/wsdl',
  profilesBody: '<Type>VideoEncoder</Type>',
  encoder: ['Configurations', 'VideoEncoder'],
  streamBody: '<Protocol>RtspUnicast</Protocol>',
  uri: ['Uri'],
};

/**
 * The streams of a device: by Media2 where it lists that and names a stream by it, else by Media1.
 *
 * @throws OnvifError `no-media` where it has neither.
 */
export async function profilesOf(device: Service): Promise<OnvifProfile[]> {
  const services = await servicesOf(device);
  const of = (media: Media): Service | null => {
    const url = services.get(media.namespace);
    return url === undefined ? null : { url, login: device.login };
  };
  const [second, first] = [of(media2), of(media1)];
  if (!second && !first) throw new OnvifError('no-media', 'the device has no service of streams');
  if (second) {
    const found = await read(second, media2).catch((error: OnvifError) => {
      // What it lists it may not do; a refused user is refused by the other one, too.
      if (!first || error.problem === 'wrong-password') throw error;
      return [];
    });
    if (!first || found.some(({ stream }) => stream !== null)) return found;
  }
  return first ? read(first, media1) : [];
}

/** The addresses of the services of a device by their namespaces, at its own host. */
async function servicesOf(device: Service): Promise<Map<string, string>> {
  const { hostname } = new URL(device.url);
  const found = new Map<string, string>();
  const add = (namespace: string | null, address: string | null) => {
    const url = address && atHost(address, hostname, /^https?:$/);
    if (namespace && url) found.set(namespace, url);
  };
  const body = '<IncludeCapability>false</IncludeCapability>';
  const answer = await call(device, DEVICE, 'GetServices', body).catch((error: OnvifError) => {
    // Older devices do not know it.
    if (error.problem === 'failed' || error.problem === 'not-onvif') return undefined;
    throw error;
  });
  for (const one of allAt(answer, 'GetServicesResponse', 'Service')) {
    add(textAt(one, 'Namespace'), textAt(one, 'XAddr'));
  }
  if (found.has(media1.namespace)) return found;
  const said = await call(device, DEVICE, 'GetCapabilities', '<Category>Media</Category>').catch(
    (error: OnvifError) => {
      // One of the newest has Media2 alone.
      if (found.has(media2.namespace) && error.problem !== 'wrong-password') return undefined;
      throw error;
    },
  );
  const address = textAt(said, 'GetCapabilitiesResponse', 'Capabilities', 'Media', 'XAddr');
  add(media1.namespace, address);
  return found;
}

async function read(service: Service, media: Media): Promise<OnvifProfile[]> {
  const answer = await call(service, media.namespace, 'GetProfiles', media.profilesBody);
  const host = new URL(service.url).hostname;
  const profiles: OnvifProfile[] = [];
  // One after the other: cameras are small computers.
  for (const one of allAt(answer, 'GetProfilesResponse', 'Profiles').slice(0, PROFILES_MOST)) {
    const { token } = one.attributes;
    if (!token) continue;
    const [encoder] = allAt(one, ...media.encoder);
    const named = `<ProfileToken>${escapeXml(token)}</ProfileToken>`;
    const stream = await uriOf(service, media, 'GetStreamUri', `${media.streamBody}${named}`);
    const snapshot = await uriOf(service, media, 'GetSnapshotUri', named);
    profiles.push({
      token: token.slice(0, 200),
      name: short(textAt(one, 'Name')),
      codec: short(textAt(encoder, 'Encoding')),
      width: wholeAt(encoder, 'Resolution', 'Width'),
      height: wholeAt(encoder, 'Resolution', 'Height'),
      fps: wholeAt(encoder, 'RateControl', 'FrameRateLimit'),
      stream: stream && atHost(stream, host, /^rtsps?:$/),
      snapshot: snapshot && atHost(snapshot, host, /^https?:$/),
    });
  }
  return profiles;
}

/** A whole number above zero; Media2 has rates as fractions. */
function wholeAt(of: Xml | undefined, ...path: string[]): number | null {
  const value = Math.round(Number(textAt(of, ...path) ?? Number.NaN));
  return Number.isFinite(value) && value > 0 ? value : null;
}

/** @returns null where the device has none for this profile. @throws OnvifError else. */
async function uriOf(
  service: Service,
  { namespace, uri }: Media,
  operation: string,
  body: string,
): Promise<string | null> {
  const answer = await call(service, namespace, operation, body).catch((error: OnvifError) => {
    if (error.problem === 'failed') return undefined;
    throw error;
  });
  return textAt(answer, `${operation}Response`, ...uri);
}
