/** What a form for a new camera begins with. */
export interface CameraStart {
  id: string;
  name: { zh: string; en: string };
  address: string;
  worker: string;
}

/** The steps of a test, and how far it came. */
export type Mark = 'ok' | 'bad' | 'open';
export interface TestMarks {
  connect: Mark;
  signIn: Mark;
  stream: Mark;
  picture: Mark;
}

interface Tried {
  outcome: string;
  connectMs: number | null;
  signedIn: boolean | null;
  stream: object | null;
  /** Null where no picture came; one that came may not be shown. */
  firstPictureMs: number | null;
}
/** Which steps worked: the first that did not is bad, those after it were not reached. */
export function marksOf({
  connectMs,
  signedIn,
  stream,
  firstPictureMs,
  outcome,
}: Tried): TestMarks {
  const done = [
    connectMs !== null,
    signedIn === true,
    stream !== null && outcome !== 'codec',
    firstPictureMs !== null,
  ];
  const bad = done.indexOf(false);
  const mark = (n: number): Mark => (bad === -1 || n < bad ? 'ok' : n === bad ? 'bad' : 'open');
  const all: TestMarks = { connect: mark(0), signIn: mark(1), stream: mark(2), picture: mark(3) };
  // That there is no such stream says nothing of user and password.
  if (outcome === 'no-stream' || outcome === 'no-video')
    return { ...all, signIn: 'open', stream: 'bad' };
  return all;
}

/** An address of a stream with user and password, encoded as addresses have it. */
export function withLogin(stream: string, user: string, password: string): string {
  if (user === '') return stream;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return stream.replace(/^(rtsps?:\/\/)/i, (scheme) => `${scheme}${login}@`);
}

/** An id made of a name: lower-case letters, digits and hyphens; empty where none of them is in it. */
export const idOf = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
    .replace(/-+$/, '');

/** The address of a device as a person writes it: an IP or a name stands for http://. Null: it is none. */
export function deviceAddress(text: string): string | null {
  const typed = text.trim();
  const host = /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i.test(typed) ? `[${typed}]` : typed;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${host}/`;
  if (typed === '' || /[\s@#?]/.test(typed) || !URL.canParse(whole)) return null;
  const { protocol, href } = new URL(whole);
  return /^https?:$/.test(protocol) ? href : null;
}
