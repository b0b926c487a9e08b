/** The fields of a violation that the tests use, as in `/api/v1/violations`. */
export interface ViolationRow {
  id: string;
  rule: 'missing-ppe' | 'zone-intrusion' | 'line-crossing';
  item: string | null;
  ruleId: string;
  camera: string;
  direction: 'left-to-right' | 'right-to-left' | null;
  startedAt: string;
  confirmedAt: string;
  endedAt: string | null;
  recordedAt: string;
  tracks: string[];
  /** Null for a zone or a machine. */
  box: [number, number, number, number] | null;
  floor: [number, number] | null;
  status: 'pending' | 'confirmed' | 'dismissed';
  version: number;
  snapshot: { url: string; rendition: Rendition };
  clip: {
    url: string;
    boxesUrl: string | null;
    durationSeconds: number;
    partial: boolean;
    rendition: Rendition;
  } | null;
  clipMissing: { reason: string; message: string } | null;
}

type Rendition = 'ready' | 'being-made' | 'failed';

/** The fields of an incident that the tests use. */
export interface IncidentRow {
  id: string;
  status: 'pending' | 'confirmed' | 'dismissed';
  members: { violation: ViolationRow }[];
}

export interface CameraRow {
  id: string;
  health: {
    state: string;
    fault: { code: string; message: string } | null;
    droppedShare: number;
    loadShedding: number;
    live: { substream: { state: string; reason: string | null } | null };
    analysedFps: number;
  } | null;
}

/** A signed-in user of the API. */
export class ApiClient {
  readonly url: string;
  private readonly signInAgain: () => Promise<string>;
  private token = '';

  private constructor(url: string, signInAgain: () => Promise<string>) {
    this.url = url;
    this.signInAgain = signInAgain;
  }

  static async signIn(url: string, username: string, password: string): Promise<ApiClient> {
    const client = new ApiClient(url, async () => {
      const response = await fetch(`${url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password }),
      });
      if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
      return ((await response.json()) as { accessToken: string }).accessToken;
    });
    client.token = await client.signInAgain();
    return client;
  }

  /** Tokens expire within minutes, a test may take longer. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const send = () => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${this.token}`);
      return fetch(`${this.url}${path}`, { ...init, headers });
    };
    const response = await send();
    if (response.status !== 401) return response;
    this.token = await this.signInAgain();
    return send();
  }

  /** @throws Error with the response text where the status is not 2xx. */
  async get<Answer>(path: string): Promise<Answer> {
    const response = await this.fetch(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** Sends JSON. @throws Error with the response text where the status is not 2xx. */
  async send<Answer>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer> {
    const response = await this.fetch(path, {
      method,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }

  /** Hears what a topic tells. @returns ends it. */
  listen(topic: string, onMessage: (message: { type: string }) => void): () => void {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/api/v1/live-events`);
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ type: 'auth', token: this.token }));
      socket.send(JSON.stringify({ type: 'subscribe', topics: [topic] }));
    });
    socket.addEventListener('message', ({ data }) => onMessage(JSON.parse(String(data))));
    return () => socket.close();
  }

  /** All violations, oldest first, over all pages. */
  async violations(query = ''): Promise<ViolationRow[]> {
    const rows: ViolationRow[] = [];
    let cursor = '';
    for (;;) {
      const page = await this.get<{ items: ViolationRow[]; next: string | null }>(
        `/api/v1/violations?limit=200&order=oldest${query}${cursor}`,
      );
      rows.push(...page.items);
      if (page.next === null) return rows;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
  }

  /** The incident that a violation is in. */
  async incidentOf(violation: string): Promise<{ id: string }> {
    const page = await this.get<{ items: { id: string }[] }>(
      `/api/v1/incidents?finding=${violation}`,
    );
    const [found] = page.items;
    if (!found) throw new Error(`the violation ${violation} is in no incident`);
    return found;
  }

  async cameras(): Promise<CameraRow[]> {
    return (await this.get<{ items: CameraRow[] }>('/api/v1/cameras')).items;
  }
}
