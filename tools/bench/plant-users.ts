import type { Plant } from '../plant/plant.ts';

/** A call of the API as a user of the demonstration; the path is below `/api/v1`. */
export type Call = <Answer>(method: string, path: string, body?: object) => Promise<Answer>;

/**
 * Signs in as a user of the demonstration.
 *
 * @returns a token, which lasts for minutes.
 * @throws Error with status and text of an answer that is no success.
 */
export async function tokenOf(plant: Plant, username: string): Promise<string> {
  const answer = await fetch(`${plant.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: plant.demoPassword }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

/**
 * Signs in as a user of the demonstration, and again where the token is over: they last minutes.
 *
 * @throws Error with status and text of an answer that is no success, also of a later call.
 */
export async function callAs(plant: Plant, username: string): Promise<Call> {
  const send = (method: string, path: string, body: object | undefined) =>
    fetch(`${plant.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        authorization: `Bearer ${token}`,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  let token = await tokenOf(plant, username);
  return async <Answer>(method: string, path: string, body?: object) => {
    let answer = await send(method, path, body);
    if (answer.status === 401) {
      token = await tokenOf(plant, username);
      answer = await send(method, path, body);
    }
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text || 'null') as Answer;
  };
}
