import { readFileSync } from 'node:fs';
import process from 'node:process';

/**
 * Names what a binary that was built here depends on: platform, processor, the release of the system,
 * whose libraries it loads, and the C library, e.g. `linux-x64-debian13-glibc2.41`.
 */
export function systemName(): string {
  return [process.platform, process.arch, ...release(), libc()].join('-');
}

function release(): string[] {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const name = /^ID="?([\w.]+)/m.exec(text)?.[1] ?? '';
    const version = /^VERSION_ID="?([\w.]+)/m.exec(text)?.[1] ?? '';
    return [`${name}${version}`];
  } catch {
    return [];
  }
}

function libc(): string {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  // Without it the report looks up the names of all connections.
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ? `glibc${header.glibcVersionRuntime}` : 'libc';
}
