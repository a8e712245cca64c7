import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { bundles } from '../bundles.mjs';
import {
  buildBundles,
  copyListed,
  placeRuntime,
  root,
  runtimePackages,
  standAlone,
} from '../stand-alone.ts';
import { thirdPartyNotices } from '../third-party-notices.ts';
import { neededGlibc } from './glibc.ts';
import { placeDebianLibraries } from './libraries.ts';

/** The commit that a kit is made from. */
export interface Origin {
  /** Ends in "+" if the checkout has changes; "unknown" outside a repository. */
  readonly commit: string;
  /** Date of the commit; the current time if it is unknown. */
  readonly date: Date;
}

const inKit = [
  standAlone(bundles.engine),
  standAlone(bundles.deviceProbe),
  bundles.scriptReward,
  standAlone(bundles.cli),
  standAlone(bundles.bench),
  standAlone(bundles.evaluation),
];

/** Python programs of the benchmark's peers, for machines with torch. */
const peerScripts = ['gpu_peers.py', 'algorithm1.py', 'gguf_llama.py'];

/** NVIDIA's libraries that are Vulkan drivers. */
const driverLibraries = ['libGLX_nvidia.so.0', 'libEGL_nvidia.so.0'];

/** Libraries that every Linux with glibc has, or that are in the kit. */
const foundEverywhere =
  /^(?:linux-vdso|.*\/?ld-linux-x86-64|lib(?:c|dl|m|pthread|rt|stdc\+\+|gcc_s))\.so\.\d+$/u;

/** The current commit of the checkout, and its date. */
export function originOf(folder: string): Origin {
  const git = (...parameters: string[]): string =>
    execFileSync('git', parameters, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const [commit = '', date = ''] = git('show', '-s', '--format=%h %cI').split(' ');
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return { commit: changed ? `${commit}+` : commit, date: new Date(date) };
  } catch {
    return { commit: 'unknown', date: new Date() };
  }
}

/**
 * Fills an empty folder with the files of a kit for Linux x64.
 * @throws TqError if this machine or its Node lacks something that the kit needs
 */
export async function stageKit(folder: string, origin: Origin): Promise<void> {
  placeDebianLibraries(folder);
  placeNode(folder);
  placeLaunchers(folder);
  await copyListed(folder, (path) => path.startsWith('models/') || path === 'LICENSE');
  const metafiles = await buildBundles(folder, inKit);
  placeRuntime('linux-x64', folder);
  for (const name of peerScripts) {
    cpSync(join(root, 'scripts', name), join(folder, 'scripts', name));
  }
  writeFileSync(
    join(folder, 'THIRD_PARTY_NOTICES.md'),
    thirdPartyNotices(root, metafiles, runtimePackages),
  );
  const { name, version, license } = readPackage();
  // Without "type", Node would read the bundles as CommonJS.
  const manifest = { name, version, license, type: 'module' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  const binaries = join(folder, 'dist/node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
  const programs = [
    join(folder, 'bin/node'),
    join(binaries, 'libonnxruntime.so.1'),
    join(binaries, 'onnxruntime_binding.node'),
  ];
  writeManifest(folder, origin, neededGlibc(programs));
}

/** Adds the scripts that start the kit's programs, and ICD files for drivers that lack them. */
export function placeLaunchers(folder: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(join(import.meta.dirname, 'launch.sh'), join(folder, 'bin/launch.sh'));
  writeFileSync(
    join(folder, 'bin/tqstar'),
    readFileSync(join(import.meta.dirname, 'tqstar.sh'), 'utf8'),
    { mode: 0o755 },
  );
  mkdirSync(join(folder, 'icd'), { recursive: true });
  for (const library of driverLibraries) {
    const icd = {
      file_format_version: '1.0.0',
      ICD: { library_path: library, api_version: '1.3.0' },
    };
    writeFileSync(join(folder, 'icd', `${library}.json`), `${JSON.stringify(icd)}\n`);
  }
}

/** Writes kit.txt: the origin of the kit and, last, the glibc that its programs need. */
export function writeManifest(folder: string, { commit, date }: Origin, glibc: string): void {
  const lines = [
    `kit of commit: ${commit}`,
    `date: ${date.toISOString().slice(0, 10)}`,
    `node: ${process.versions.node}`,
    `glibc: ${glibc}`,
  ];
  writeFileSync(join(folder, 'kit.txt'), `${lines.join('\n')}\n`);
}

function placeNode(folder: string): void {
  const program = realpathSync(process.execPath);
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' });
  const names = linked.split('\n').flatMap((line) => line.trim().split(' ', 1));
  const own = names.find((name) => name !== '' && !foundEverywhere.test(name));
  if (own !== undefined) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The Node in use, ${program}, needs the library ${own}, which the kit does not contain; make the kit with Node from nodejs.org.`,
    );
  }
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(program, join(folder, 'bin/node'));
  const prefix = join(dirname(program), '..');
  const places = ['LICENSE', 'share/doc/nodejs/LICENSE', 'share/doc/node/LICENSE'];
  const license = places.map((place) => join(prefix, place)).find((path) => existsSync(path));
  if (license === undefined) {
    console.error(
      `Node's licence text was not found near ${program}; the kit does not contain it.`,
    );
  } else {
    cpSync(license, join(folder, 'bin/node.LICENSE'));
  }
}

function readPackage(): { name: string; version: string; license: string } {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as ReturnType<
    typeof readPackage
  >;
}
