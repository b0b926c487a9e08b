import type { Plant } from '../plant/plant.ts';

/** A call of the API as a user of the demonstration; the path is below `/api/v1`. */
export type Call = <Answer>(method: string, path: string, body?: object) => Promise<Answer>;

/**
 * Signs in as a user of the demonstration, and again where the token is over: they last minutes.
 *
 * @throws Error with status and text of an answer that is no success, also of a later call.
 */
export async function callAs(plant: Plant, username: string): Promise<Call> {
  const send = (method: string, path: string, body: object | undefined, token?: string) =>
    fetch(`${plant.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const signIn = async () => {
    const answer = await send('POST', '/auth/login', { username, password: plant.demoPassword });
    if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  let token = await signIn();
  return async <Answer>(method: string, path: string, body?: object) => {
    let answer = await send(method, path, body, token);
    if (answer.status === 401) {
      token = await signIn();
      answer = await send(method, path, body, token);
    }
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text || 'null') as Answer;
  };
}
