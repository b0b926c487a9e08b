import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/*
 * `node tools/checks/dependencies.mjs`: known vulnerabilities in the production packages, by the
 * audit service of the registry. High and critical ones fail, unless dependencies-allowed.json
 * names the advisory with a reason and an expiry date. Without an audit service (a mirror, no
 * network) it prints "not scanned" and passes; such a run proves nothing.
 */

const WORST = ['high', 'critical'];

/**
 * @typedef {object} Advisory
 * @property {string} id GHSA-… where the address has one, else the registry's number.
 * @property {string} package
 * @property {string} severity
 * @property {string} title
 * @property {string} url
 *
 * @typedef {object} Allowed
 * @property {string} advisory
 * @property {string} reason why it does no harm here, or why it cannot be fixed yet.
 * @property {string} until the last day on which it is allowed, YYYY-MM-DD.
 *
 * @typedef {object} Judgement
 * @property {string[]} failures
 * @property {string[]} notes
 */

/**
 * Reads the answer of `npm audit --json`.
 *
 * @param {string} text
 * @returns {Advisory[] | null} null where no audit service answered.
 */
export function readAudit(text) {
  /** @type {{ vulnerabilities?: Record<string, { via: (string | Record<string, string>)[] }> }} */
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return null;
  }
  if (!report.vulnerabilities) return null;
  /** @type {Map<string, Advisory>} */
  const found = new Map();
  for (const { via } of Object.values(report.vulnerabilities)) {
    for (const one of via) {
      // A string names another package of the report, through which this one is affected.
      if (typeof one === 'string') continue;
      const { name = '', severity = '', title = '', url = '' } = one;
      const id = /GHSA(-[0-9a-z]{4}){3}/.exec(url)?.[0] ?? String(one.source);
      found.set(`${id} ${name}`, { id, package: name, severity, title, url });
    }
  }
  return [...found.values()];
}

/**
 * @param {Advisory[]} advisories
 * @param {Allowed[]} allowed
 * @param {string} today YYYY-MM-DD.
 * @returns {Judgement}
 */
export function judge(advisories, allowed, today) {
  /** @type {Judgement} */
  const judgement = { failures: [], notes: [] };
  for (const { advisory, reason, until } of allowed) {
    if (!advisory || !reason || !/^\d{4}-\d\d-\d\d$/.test(until)) {
      judgement.failures.push(
        `dependencies-allowed.json: ${advisory || 'an entry'} needs an advisory, a reason and a day (until)`,
      );
    }
  }
  for (const one of advisories) {
    const line = `${one.severity} ${one.package}: ${one.title} (${one.id}) ${one.url}`;
    if (!WORST.includes(one.severity)) {
      judgement.notes.push(line);
      continue;
    }
    const excuse = allowed.find(({ advisory }) => advisory === one.id);
    if (!excuse) judgement.failures.push(line);
    else if (excuse.until < today) {
      judgement.failures.push(`${line}; it was allowed until ${excuse.until}`);
    } else judgement.notes.push(`${line}; allowed until ${excuse.until}: ${excuse.reason}`);
  }
  const ids = new Set(advisories.map(({ id }) => id));
  for (const { advisory } of allowed) {
    if (!ids.has(advisory))
      judgement.notes.push(`dependencies-allowed.json: ${advisory} is no longer needed`);
  }
  return judgement;
}

/**
 * @param {string} folder where the lock file lies.
 * @returns {Promise<string>} what npm prints, whether it found something or not.
 */
function audit(folder) {
  return new Promise((resolve) => {
    execFile(
      'npm',
      ['audit', '--json', '--omit=dev'],
      { cwd: folder, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout) => resolve(stdout),
    );
  });
}

/**
 * @param {string} folder
 * @param {string} allowFile
 * @returns {Promise<boolean>} whether all is well.
 */
export async function checkDependencies(folder, allowFile) {
  const allowed = /** @type {Allowed[]} */ (JSON.parse(readFileSync(allowFile, 'utf8')));
  const advisories = await audit(folder).then(readAudit);
  const today = new Date().toISOString().slice(0, 10);
  const { failures, notes } = judge(advisories ?? [], allowed, today);
  for (const note of advisories === null ? [] : notes) console.log(`note: ${note}`);
  for (const failure of failures) console.error(`failed: ${failure}`);
  if (advisories === null) console.log('not scanned: no audit service answered');
  else console.log(`${advisories.length} known vulnerabilities, ${failures.length} to be fixed`);
  return failures.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '../..');
  const allowFile = join(import.meta.dirname, 'dependencies-allowed.json');
  process.exitCode = (await checkDependencies(root, allowFile)) ? 0 : 1;
}
