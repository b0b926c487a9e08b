import { type OnvifLogin, soapCall } from './soap.ts';
import type { Xml } from './xml.ts';

export const DEVICE = 'http://www.onvif.org/ver10/device/wsdl';

/** A service of a device, and who calls it. */
export interface Service {
  readonly url: string;
  readonly login: OnvifLogin | null;
}

/** One operation of a service. @throws OnvifError */
export const call = (
  service: Service,
  namespace: string,
  operation: string,
  body: string,
): Promise<Xml> =>
  soapCall(service.url, {
    action: `${namespace}/${operation}`,
    body: `<${operation} xmlns="${namespace}">${body}</${operation}>`,
    login: service.login,
  });

export const short = (text: string | null): string | null => text?.slice(0, 200) ?? null;

/** An address that a device named, at its own host and without a user; null where it is none of this kind. */
export function atHost(text: string, host: string, protocol: RegExp): string | null {
  if (!URL.canParse(text) || /[\s\p{Cc}]/u.test(text) || text.length > 900) return null;
  const url = new URL(text);
  // Without a host, such as `rtsp:stream`, none can be put in its place.
  if (!protocol.test(url.protocol) || url.hostname === '') return null;
  url.username = '';
  url.password = '';
  url.hostname = host;
  return url.href;
}
