import { fetchRaw } from './client.ts';

/** GETs JSON at an address of the API. @throws ApiError */
export async function getJson<Answer>(
  path: string,
  query: Record<string, string | number | null | undefined> = {},
  signal?: AbortSignal,
): Promise<Answer> {
  const url = new URL(path, location.href);
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '')
      url.searchParams.set(key, String(value));
  }
  const response = await fetchRaw(url.pathname + url.search, signal ? { signal } : {});
  return (await response.json()) as Answer;
}

/** POSTs JSON and takes the JSON answered. @throws ApiError */
export async function postJson<Answer>(path: string, body: unknown): Promise<Answer> {
  const response = await fetchRaw(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (response.status === 204 ? null : await response.json()) as Answer;
}
