import { parseArgs } from 'node:util';
import { hash, verify } from '@node-rs/argon2';
import { openDatabase } from '../../api/src/platform/db/database.ts';
import { newId } from '../../api/src/platform/db/ids.ts';
import { openSite, type RunningApi, startApi } from '../../api/src/testing/site.ts';
import { note, quantile, tell } from './result.ts';

/*
 * An office behind one address when the shift begins: all sign in at once, and each opens the live
 * connection. First from browsers that the accounts do not know; then, on known ones, while a
 * program behind the same address guesses passwords of one of them and of others as fast as it is
 * answered, and holds connections open that do not sign in.
 */
const { values } = parseArgs({
  options: { people: { type: 'string', default: '300' }, idle: { type: 'string', default: '200' } },
});
const [people, idle] = [values.people, values.idle].map(Number) as [number, number];
const PASSWORD = 'a sentence of the office';
const OFFICE = '198.51.100.9';
/** From the click to the list: people wait no longer without trying again. */
const TARGET_MS = 15_000;

interface Outcome {
  status: number;
  isLive: boolean;
  ms: number;
  cookie: string;
}

const site = await openSite({ ownServer: true });
let api: RunningApi | undefined;
try {
  const { appUrl } = await site.freshDatabase();
  api = await startApi(site, appUrl, { trustProxy: true });
  const { url } = api;
  const names = Array.from({ length: people }, (_, i) => `office.${i}`);
  await makeAccounts(appUrl, names);

  // The limit: the comparisons alone, as many at a time as the API allows.
  const bareMs = await bareComparisons(people);
  note(`${people} bare comparisons of passwords: ${Math.round(bareMs)} ms`);

  const first = await shift(url, names, () => '');
  note(`first day: ${describe(first)}`);
  const cookies = new Map(first.map(({ cookie }, i) => [names[i], cookie]));

  const attack = startAttack(url, names[0] ?? '');
  await attack.isRunning;
  const second = await shift(url, names, (name) => cookies.get(name) ?? '');
  const guesses = await attack.stop();
  note(`beside a guesser: ${describe(second)}; ${guesses.sent} guesses, ${guesses.held} held off`);

  const refused = (all: Outcome[]) => all.filter(({ status }) => status !== 200).length;
  const unheard = (all: Outcome[]) => all.filter(({ isLive }) => !isLive).length;
  const msOf = (all: Outcome[]) => all.map(({ ms }) => ms);
  const worst = quantile(msOf(first), 1);
  const lost = refused(first) + refused(second) + unheard(first) + unheard(second);
  tell({
    bench: 'office',
    ok: lost === 0 && worst <= TARGET_MS && quantile(msOf(second), 1) <= TARGET_MS,
    figures: {
      people,
      refused: refused(first),
      withoutLive: unheard(first),
      p50: quantile(msOf(first), 0.5),
      p95: quantile(msOf(first), 0.95),
      worst,
      refusedBesideGuesser: refused(second),
      withoutLiveBesideGuesser: unheard(second),
      p95BesideGuesser: quantile(msOf(second), 0.95),
      worstBesideGuesser: quantile(msOf(second), 1),
      guesses: guesses.sent,
      guessesHeldOff: guesses.held,
      bareComparisonsMs: bareMs,
    },
    ratio: bareMs / worst,
    against: 'the bare comparisons of their passwords, two at a time',
  });
} finally {
  await api?.stop();
  await site.stop();
}

function describe(all: Outcome[]): string {
  const right = all.filter(({ status, isLive }) => status === 200 && isLive).length;
  return `${right} of ${all.length} signed in and live, worst ${Math.round(Math.max(...all.map(({ ms }) => ms)))} ms`;
}

async function makeAccounts(appUrl: string, names: readonly string[]): Promise<void> {
  const database = openDatabase(appUrl);
  const passwordHash = await hash(PASSWORD);
  await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    await tx.appUser.createMany({
      data: names.map((username) => ({
        tenantId: 'demo',
        id: newId(),
        username,
        displayName: { zh: username, en: username },
        passwordHash,
      })),
    });
  });
  await database.close();
}

async function bareComparisons(count: number): Promise<number> {
  const stored = await hash(PASSWORD);
  const began = performance.now();
  let left = count;
  const one = async () => {
    while (left-- > 0) await verify(stored, PASSWORD);
  };
  await Promise.all([one(), one()]);
  return performance.now() - began;
}

function signIn(url: string, username: string, password: string, cookie = '') {
  return fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': OFFICE,
      ...(cookie === '' ? {} : { cookie }),
    },
    body: JSON.stringify({ username, password }),
  });
}

/** All at once: sign-in, then the live connection until it is ready. */
function shift(
  url: string,
  names: readonly string[],
  cookieOf: (name: string) => string,
): Promise<Outcome[]> {
  return Promise.all(
    names.map(async (name) => {
      const began = performance.now();
      const answer = await signIn(url, name, PASSWORD, cookieOf(name));
      const body = (await answer.json()) as { accessToken?: string };
      const isLive = body.accessToken ? await becomesLive(url, body.accessToken) : false;
      const device = answer.headers.getSetCookie().find((one) => one.startsWith('anshi_device='));
      return {
        status: answer.status,
        isLive,
        ms: performance.now() - began,
        cookie: device?.split(';')[0] ?? '',
      };
    }),
  );
}

function becomesLive(url: string, token: string): Promise<boolean> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live-events`);
  return new Promise((resolve) => {
    const end = (isReady: boolean) => {
      resolve(isReady);
      socket.close();
    };
    socket.onopen = () => socket.send(JSON.stringify({ type: 'auth', token }));
    socket.onmessage = ({ data }) => end(JSON.parse(String(data)).type === 'ready');
    socket.onclose = () => resolve(false);
    socket.onerror = () => resolve(false);
  });
}

function startAttack(url: string, victim: string) {
  let stopped = false;
  let sent = 0;
  let held = 0;
  let begin = () => {};
  const isRunning = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const sockets: WebSocket[] = [];
  const holdOpen = () => {
    if (stopped) return;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live-events`);
    sockets.push(socket);
    socket.onclose = () => setTimeout(holdOpen, 20);
    socket.onerror = () => {};
  };
  for (let i = 0; i < idle; i++) holdOpen();
  const guess = async (n: number) => {
    while (!stopped) {
      const name = sent % 2 === 0 ? victim : `guess-${n}-${sent}`;
      sent++;
      const { status } = await signIn(url, name, 'a guess');
      if (status === 429) held++;
      if (held > 20) begin();
    }
  };
  const guessing = Promise.all(Array.from({ length: 10 }, (_, n) => guess(n)));
  return {
    isRunning,
    async stop() {
      stopped = true;
      await guessing;
      for (const socket of sockets) socket.close();
      return { sent, held };
    },
  };
}
