import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the build needs of Debian 13 or Ubuntu. */
export const DEBIAN_PACKAGES = [
  'g++',
  'meson',
  'ninja-build',
  'pkgconf',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libusrsctp-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
] as const;

/** The commands and pkg-config modules of {@link DEBIAN_PACKAGES}. */
export const BUILD_COMMANDS = ['g++', 'meson', 'ninja', 'pkg-config', 'flatc', 'strip'] as const;
export const BUILD_MODULES = [
  'libuv',
  'openssl',
  'libsrtp2',
  'usrsctp',
  'absl_flat_hash_map',
  'flatbuffers',
] as const;

/** A library of the worker: mediasoup's name for it, and the meson file that stands for its sources. */
interface Stub {
  readonly wrap: string;
  readonly meson: string;
  readonly options?: string;
}

const option = (name: string, type: string, value: string) =>
  `option('${name}', type: '${type}', value: ${value})\n`;

const absl = (...names: string[]) =>
  `declare_dependency(dependencies: [${names.map((name) => `dependency('absl_${name}')`).join(', ')}])`;

/**
 * Each stands for a library whose sources mediasoup would download: it names the library of the
 * system, and an empty one where mediasoup wants something to link whole.
 */
const STUBS: readonly Stub[] = [
  {
    wrap: 'openssl',
    meson: `openssl_dep = dependency('openssl')
libcrypto_lib = static_library('stub_crypto', 'stub.c')
libssl_lib = static_library('stub_ssl', 'stub.c')
`,
  },
  {
    wrap: 'libuv',
    meson: `libuv_dep = dependency('libuv')
libuv = static_library('stub_uv', 'stub.c')
`,
    options:
      option('build_tests', 'boolean', 'false') + option('build_benchmarks', 'boolean', 'false'),
  },
  {
    wrap: 'libsrtp3',
    meson: `system = dependency('libsrtp2')
libsrtp3_dep = declare_dependency(dependencies: system, compile_args: ['-I' + system.get_variable(pkgconfig: 'includedir') / 'srtp2', '-include', meson.current_source_dir() / 'srtp2-shim.h'])
libsrtp3 = static_library('stub_srtp', 'stub.c')
`,
    options:
      option('crypto-library', 'string', "'openssl'") +
      option('crypto-library-kdf', 'string', "'disabled'") +
      option('tests', 'string', "'disabled'"),
  },
  {
    wrap: 'usrsctp',
    meson: `usrsctp_dep = dependency('usrsctp')
usrsctp = static_library('stub_usrsctp', 'stub.c')
`,
    options: option('sctp_build_programs', 'boolean', 'false'),
  },
  {
    wrap: 'abseil-cpp',
    meson: `absl_container_dep = ${absl('flat_hash_map', 'flat_hash_set', 'inlined_vector', 'btree', 'memory', 'optional', 'strings')}
absl_strings_dep = dependency('absl_strings')
absl_types_dep = ${absl('optional', 'variant', 'memory')}
absl_container_lib = static_library('stub_absl', 'stub.c')
`,
  },
  {
    wrap: 'catch2',
    meson: `catch2_dep = declare_dependency()
catch2_with_main_dep = declare_dependency()
`,
  },
  {
    wrap: 'flatbuffers',
    meson: `flatbuffers_dep = dependency('flatbuffers')
flatbuffers_lib = static_library('stub_fb', 'stub.c')
`,
  },
];

const SHIM = join(import.meta.dirname, 'srtp2-shim.h');

/**
 * Points the worker's build at the libraries of the system.
 *
 * @param sources a copy of mediasoup's folder `worker`.
 * @throws Error where this version of mediasoup has other libraries.
 */
export async function useSystemLibraries(sources: string): Promise<void> {
  for (const { wrap, meson, options } of STUBS) {
    const text = await readFile(join(sources, 'subprojects', `${wrap}.wrap`), 'utf8');
    const name = /^directory *= *(\S+)/m.exec(text)?.[1];
    if (!name) throw new Error(`${wrap}.wrap of mediasoup names no directory`);
    const folder = join(sources, 'subprojects', name);
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'stub.c'),
      `static const int stub_${wrap.replaceAll('-', '_')} __attribute__((unused)) = 0;\n`,
    );
    await writeFile(join(folder, 'meson.build'), `project('${wrap}', 'c', 'cpp')\n${meson}`);
    if (options) await writeFile(join(folder, 'meson_options.txt'), options);
    if (wrap === 'libsrtp3') await copyFile(SHIM, join(folder, 'srtp2-shim.h'));
  }
}
