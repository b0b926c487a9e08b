import { spawn } from 'node:child_process';
import process from 'node:process';
import { followNpm } from './setup/parents.mjs';
import { continueOnRuntime } from './setup/rerun.mjs';
import { root, setUpOrExit } from './setup.mjs';

/** What each bench measures; the figures are explained in docs/benches.md. */
const benches = {
  detect: {
    file: 'vision/bench/detect.ts',
    what: 'detections per second, against bare session.run',
  },
  region: {
    file: 'vision/bench/region.ts',
    what: 'heads and helmets of people far away (--data DIR)',
  },
  cameras: {
    file: 'tools/bench/cameras.ts',
    what: 'cameras that two cores can process (--empty, --plant, --data DIR)',
  },
  audit: {
    file: 'tools/bench/audit.ts',
    what: 'audit rows per second with the hash chain, and the tampering it detects',
  },
  obligations: {
    file: 'tools/bench/obligations.ts',
    what: 'due days and openings of obligations against a truth (--data DIR)',
  },
  workflow: { file: 'tools/bench/workflow.ts', what: 'due reminders found among 10,000 cases' },
  api: { file: 'tools/bench/api.ts', what: 'reads and writes of the API, over bare handlers' },
  decode: {
    file: 'vision/bench/decode.ts',
    what: 'cost of reading the outputs of detectors',
  },
  ppe: {
    file: 'vision/bench/ppe.ts',
    what: 'how well protective equipment is seen in labelled pictures (--data DIR)',
  },
  verdict: {
    file: 'vision/bench/verdict.ts',
    what: 'of each labelled person: is it said rightly that helmet and vest are worn (--data DIR)',
  },
  poses: { file: 'vision/bench/poses.ts', what: 'poses of people near and far, and their cost' },
  blur: {
    file: 'vision/bench/blur.ts',
    what: 'faces left in blurred evidence, helmets still judged in it (--data DIR)',
  },
  fall: {
    file: 'tools/bench/fall.ts',
    what: 'falls found and false alarms on clips (--data DIR)',
  },
  rules: {
    file: 'tools/bench/rules.ts',
    what: 'rules of the judge on streams with their truth (--data DIR)',
  },
  office: {
    file: 'tools/bench/office.ts',
    what: 'an office of 300 that signs in at once, beside a guesser',
  },
  disk: {
    file: 'tools/bench/disk.ts',
    what: 'full disks: what is lost, and how soon all works again',
  },
  faults: {
    file: 'tools/bench/faults.ts',
    what: 'processes that are killed in random order: what is lost or doubled (--minutes N)',
  },
  soak: {
    file: 'tools/bench/soak.ts',
    what: 'an hour with faults: memory, recovery, and how soon they are noticed (--minutes N)',
  },
  bus: {
    file: 'tools/bench/bus.ts',
    what: 'what an attacker on the bus reaches, and what signatures cost',
  },
  positions: {
    file: 'tools/bench/positions.ts',
    what: 'from a reader to a worker: fixes of 1,000 tags at 1 Hz (--tags N --seconds N)',
  },
  consent: {
    file: 'tools/bench/consent.ts',
    what: 'agree, withdraw, agree while positions flow: what is kept, told or named, and how soon it is silent',
  },
  alarm: {
    file: 'tools/bench/alarm.ts',
    what: 'confirmed violation to the write at a beacon (--to modbus://HOST:PORT)',
  },
  queue: {
    file: 'tools/bench/queue.ts',
    what: 'the review queue against the truth of its clips (--data DIR)',
  },
  review: {
    file: 'tools/bench/review.ts',
    what: 'the review queue by keys: pace, pictures, what is lost where the API is killed (--items N)',
  },
  screens: {
    file: 'tools/bench/screens.ts',
    what: 'from a violation to its alarm on a wall, a desk and a phone (--alarms N)',
  },
  names: {
    file: 'tools/bench/names.ts',
    what: 'names on the records of the rendered hall, through the whole plant',
  },
  personnel: {
    file: 'tools/bench/personnel.ts',
    what: 'list, search and safety file of a company of 100,000 people (--people)',
  },
  pages: {
    file: 'tools/bench/pages.ts',
    what: 'how soon the page of an incident and a safety file of 10,000 events can be used (--events N)',
  },
  tamper: {
    file: 'tools/bench/tamper.ts',
    what: 'black, frozen, blurred, turned and covered cameras on clips (--data DIR)',
  },
  identity: {
    file: 'vision/bench/identity.ts',
    what: 'who wears which badge, in halls of 5, 20 and 60 people (--data DIR)',
  },
  match: {
    file: 'tools/bench/match.ts',
    what: 'who may do what, against cases with their answers (--data DIR)',
  },
  gates: {
    file: 'tools/bench/gates.ts',
    what: 'starts at a gate at a fixed rate, and a gateway whose API is killed (--people N --rate N)',
  },
  fences: {
    file: 'tools/bench/fences.ts',
    what: 'events of electronic fences on streams of readers (--data DIR)',
  },
  ui: {
    file: 'tools/ui-check/ui-check.ts',
    what: 'all pages by role, width, theme and language: faults, states, speed (--roles, --pages …)',
  },
  live: {
    file: 'tools/bench/live.ts',
    what: 'live views: how late, how soon, and after faults (--engine mediasoup|datachannel|mpeg1)',
  },
  wall: {
    file: 'tools/bench/wall.ts',
    what: 'the camera wall: frames, long tasks, memory, how late and exact boxes are (--tiles N --live N)',
  },
  latency: { file: 'tools/bench/latency.ts', what: 'event in the picture to committed row' },
};

const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(benches, name)) {
  console.error(name === '' ? 'Which bench?' : `There is no bench "${name}".`);
  for (const [known, { what }] of Object.entries(benches)) {
    console.error(`  npm run -s bench -- ${known.padEnd(8)}  ${what}`);
  }
  process.exit(2);
}
await continueOnRuntime(root);
const bench = benches[/** @type {keyof typeof benches} */ (name)];
const withBrowser = ['review', 'screens', 'live', 'wall', 'pages'];
await setUpOrExit({ browser: withBrowser.includes(name) || args.includes('--plant') });

// Its own process group, killed at the end, so that a bench leaves no processes behind.
const watch = new URL('./plant/parent-watch.mjs', import.meta.url).href;
const child = spawn(process.execPath, ['--import', watch, bench.file, ...args], {
  cwd: root,
  stdio: ['inherit', 'pipe', 'inherit', 'ipc'],
  detached: true,
});
let lastLine = '';
let unfinished = '';
child.stdout?.on('data', (chunk) => {
  process.stdout.write(chunk);
  const lines = (unfinished + chunk).split('\n');
  unfinished = lines.pop() ?? '';
  lastLine = lines.filter((line) => line.trim() !== '').at(-1) ?? lastLine;
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
followNpm('bench', () => child.kill('SIGTERM'));
child.on('close', (code) => {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is already empty.
  }
  process.exit(code === 0 && !saysOk(unfinished || lastLine) ? 1 : (code ?? 1));
});

/**
 * Checks the contract with scripts: the last line is the result, and exit code 0 means that the
 * targets are met.
 *
 * @param {string} line
 */
function saysOk(line) {
  try {
    const result = JSON.parse(line);
    const figures = Object.values(result.figures);
    const isWhole =
      typeof result.bench === 'string' &&
      typeof result.ratio === 'number' &&
      typeof result.against === 'string' &&
      figures.every((figure) => typeof figure === 'number');
    if (!isWhole) console.error('The last line of the bench lacks a part of its result.');
    return isWhole && result.ok === true;
  } catch {
    console.error('The last line of the bench is no JSON.');
    return false;
  }
}
