import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { makeAccount, type OwnAccount } from './support/own-account.ts';
import { startTurnServer, type TurnServer, turnCredential } from './support/turn-server.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/** The selected pair of a page's connection. */
interface Way {
  local: string;
  url: string | null;
  /** By which the page reaches the relay: udp, tcp or tls. */
  relayProtocol: string | null;
  /** The ICE servers that it was given. */
  servers: string[];
  decoded: number;
}

/** The wall where the way to the worker leads through a TURN server: Debian's coturn. */
describe('live pictures through a relay', () => {
  let turn: TurnServer;
  let world: World;
  let browser: Browser;
  let account: OwnAccount;
  let page: Page;

  beforeAll(async () => {
    turn = await startTurnServer();
    world = await startWorld([{ id: 'hall-west', analysisFps: 2 }], {
      env: {
        api: {
          ANSHI_TURN_URLS: [turn.url, turn.tcpUrl, turn.tlsUrl].join(','),
          ANSHI_TURN_SECRET: turn.secret,
        },
      },
    });
    account = await makeAccount(world, { roles: ['operator'] });
    browser = await launchBrowser({ trustedKeys: [turn.spki] });
    await until('the camera to be live', async () =>
      (await world.api.cameras()).every(({ health }) => health?.state === 'live'),
    );
    ({ page } = await openPage(browser, { locale: 'en-US' }));
    await page.addInitScript(keepConnections);
    await signIn(page, world.plant.url, account.username, account.password, 'wall');
  });
  afterAll(async () => {
    await browser?.close();
    await world?.end();
    await turn?.stop();
  });

  const shows = () =>
    page
      .locator('[data-testid=tile][data-camera=hall-west] [data-live=playing][data-way=webrtc]')
      .waitFor();
  const ways = () => page.evaluate(waysOf);
  /** Types of the candidates that a page gathers with a credential of its own. */
  const gathered = (username: string, credential: string) =>
    page.evaluate(candidatesBy, { urls: turn.url, username, credential });

  it('plays through the relay alone where the address of the page asks for it', async () => {
    await page.goto(`${world.plant.url}/?engine=relay`);
    await shows();
    const seen = await until('pictures through the relay', async () =>
      (await ways()).find(({ local, decoded }) => local === 'relay' && decoded > 10),
    );
    // The browser takes the way that answers first; each alone is tested below.
    expect([turn.url, turn.tcpUrl, turn.tlsUrl].map((url) => url.split('?')[0])).toContain(
      seen.url?.split('?')[0],
    );
  });

  it.each([
    ['UDP', 'url', 'udp'],
    ['TCP', 'tcpUrl', 'tcp'],
    ['TLS', 'tlsUrl', 'tls'],
  ] as const)('plays through the relay by %s alone', async (_name, url, protocol) => {
    // As in a network that lets nothing else through.
    await page.evaluate((only) => sessionStorage.setItem('only-server', only), turn[url]);
    await page.goto(`${world.plant.url}/?engine=relay`);
    await shows();
    const seen = await until('pictures through the relay', async () =>
      (await ways()).find(({ local, decoded }) => local === 'relay' && decoded > 10),
    );
    const named = protocol === 'udp' ? `${turn.url}?transport=udp` : turn[url];
    expect(seen).toMatchObject({ servers: [turn[url]], url: named, relayProtocol: protocol });
    await page.evaluate(() => sessionStorage.removeItem('only-server'));
  });

  it('plays directly where that is possible, and knows of the relay', async () => {
    await page.goto(`${world.plant.url}/`);
    await shows();
    const seen = await until('pictures', async () =>
      (await ways()).find(({ decoded }) => decoded > 10),
    );
    expect(seen.local).not.toBe('relay');
    expect(seen.servers).toEqual([turn.url, turn.tcpUrl, turn.tlsUrl]);
  });

  it('gives no way in to a credential that has ended, or that another secret made', async () => {
    const now = Math.floor(Date.now() / 1000);
    const good = turnCredential(turn.secret, now + 600);
    expect(await gathered(good.username, good.credential)).toContain('relay');
    const ended = turnCredential(turn.secret, now - 5);
    expect(await gathered(ended.username, ended.credential)).not.toContain('relay');
    const guessed = turnCredential('another-secret', now + 600);
    expect(await gathered(guessed.username, guessed.credential)).not.toContain('relay');
  });
});

/**
 * Runs in a page before its own code: its connections can be looked at, and get only the server that the session
 * names, where it names one.
 */
function keepConnections(): void {
  const all: RTCPeerConnection[] = [];
  Object.assign(window, { connections: all });
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(given?: RTCConfiguration) {
      const only = sessionStorage.getItem('only-server');
      const servers = given?.iceServers?.map(({ urls, ...one }) => ({
        ...one,
        urls: [urls].flat().filter((url) => only === null || url === only),
      }));
      super({ ...given, ...(servers && { iceServers: servers }) });
      all.push(this);
    }
  };
}

/** Runs in a page. */
async function waysOf(): Promise<Way[]> {
  const { connections } = window as unknown as { connections: RTCPeerConnection[] };
  const open = connections.filter(({ connectionState }) => connectionState === 'connected');
  return Promise.all(
    open.map(async (peer) => {
      const stats = [...(await peer.getStats()).values()];
      const pair = stats.find(({ type, nominated }) => type === 'candidate-pair' && nominated);
      const local = stats.find(({ id }) => id === pair?.localCandidateId);
      const inbound = stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
      return {
        local: String(local?.candidateType),
        url: local?.url ?? null,
        relayProtocol: local?.relayProtocol ?? null,
        servers: (peer.getConfiguration().iceServers ?? []).flatMap(({ urls }) => urls),
        decoded: inbound?.framesDecoded ?? 0,
      };
    }),
  );
}

/** Runs in a page. */
async function candidatesBy(server: RTCIceServer): Promise<string[]> {
  const peer = new RTCPeerConnection({ iceServers: [server] });
  const types: string[] = [];
  const done = new Promise<void>((resolve) => {
    peer.onicecandidate = ({ candidate }) => {
      if (candidate) types.push(String(candidate.type));
      else resolve();
    };
  });
  peer.addTransceiver('video', { direction: 'recvonly' });
  await peer.setLocalDescription(await peer.createOffer());
  await done;
  peer.close();
  return types;
}
