/** Controls a plant's simulator. */
export class Simulator {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Mounts a file under a name, replacing the previous one. */
  mount(
    name: string,
    file: string,
    options: {
      stamped?: boolean;
      username?: string;
      password?: string;
      audioOnly?: boolean;
      offset?: number;
    } = {},
  ): Promise<unknown> {
    return this.send('PUT', name, { file, ...options });
  }

  /** Mounts a file so that its next round begins in `seconds`. */
  async mountBefore(name: string, file: string, seconds: number): Promise<void> {
    await this.mount(name, file);
    const { duration, time } = await this.clock(name);
    await this.mount(name, file, { offset: duration - seconds - time });
  }

  unmount(name: string): Promise<unknown> {
    return this.send('DELETE', name);
  }

  /** Drops the connections; new ones are accepted. */
  drop(name: string): Promise<unknown> {
    return this.send('POST', `${name}/drop`);
  }

  /** Freezes the stream on open connections. */
  freeze(name: string): Promise<unknown> {
    return this.send('POST', `${name}/freeze`);
  }

  thaw(name: string): Promise<unknown> {
    return this.send('POST', `${name}/thaw`);
  }

  /** Start and end of the next `rounds` rounds of a mounted clip, wall time. */
  async nextRounds(name: string, rounds: number): Promise<[Date, Date]> {
    const asked = Date.now();
    const { duration, time } = await this.clock(name);
    const begin = (asked + Date.now()) / 2 + (duration - time) * 1000;
    return [new Date(begin), new Date(begin + rounds * duration * 1000)];
  }

  /** How long a round of a mounted clip is and where in it the clip is now, seconds. */
  private async clock(name: string): Promise<{ duration: number; time: number }> {
    const { items } = (await this.send('GET', '')) as {
      items: { name: string; duration: number; time: number }[];
    };
    const mount = items.find((candidate) => candidate.name === name);
    if (!mount) throw new Error(`the simulator has no mount "${name}"`);
    return mount;
  }

  private async send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/mounts${path && `/${path}`}`, {
      method,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) {
      throw new Error(`simulator ${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  }
}
