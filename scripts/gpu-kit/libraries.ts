import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { neededGlibc } from './glibc.ts';

/**
 * Debian packages: the loaders, and what Node and NVIDIA's Vulkan driver (without a screen) link
 * to.
 */
const packages = [
  'libvulkan1',
  'libegl1',
  'libglvnd0',
  'libx11-6',
  'libxext6',
  'libxcb1',
  'libxau6',
  'libxdmcp6',
  'libbsd0',
  'libmd0',
  'libstdc++6',
  'libgcc-s1',
];

const libraryFolders = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'];

/**
 * Copies the libraries of Debian packages into the "lib" of a kit, each in a folder with its name.
 * Adds their copyright files and the lists "packages" and "needs".
 * @throws TqError invalidInput if apt-get is missing, hub if it cannot download
 */
export function placeDebianLibraries(kit: string): void {
  const work = mkdtempSync(join(tmpdir(), 'tqstar-kit-'));
  try {
    mkdirSync(join(kit, 'lib'), { recursive: true });
    for (const name of packages) {
      appendFileSync(join(kit, 'lib/packages'), `${fetchPackage(name, work)}\n`);
      const notice = copyrightOf(name, work);
      mkdirSync(join(kit, 'lib/copyright'), { recursive: true });
      cpSync(notice, join(kit, 'lib/copyright', name));
    }
    for (const folder of libraryFolders.map((name) => join(work, name)).filter(existsSync)) {
      for (const name of readdirSync(folder).filter((file) => /^lib.+\.so\.\d+$/u.test(file))) {
        mkdirSync(join(kit, 'lib', name), { recursive: true });
        cpSync(join(folder, name), join(kit, 'lib', name, name), { dereference: true });
      }
    }
  } finally {
    rmSync(work, { recursive: true });
  }
  writeNeeds(kit);
}

/** Writes lib/needs: every library in the "lib" of a kit, with the glibc that it needs. */
export function writeNeeds(kit: string): void {
  const names = readdirSync(join(kit, 'lib')).filter((name) => name.includes('.so.'));
  const lines = names
    .sort()
    .map((name) => `${name} ${neededGlibc([join(kit, 'lib', name, name)])}\n`);
  writeFileSync(join(kit, 'lib/needs'), lines.join(''));
}

/** @returns the name of the package's file, which contains its version */
function fetchPackage(name: string, work: string): string {
  const folder = mkdtempSync(join(work, 'package-'));
  try {
    // As root, apt-get would switch to a user that cannot write here, and warn.
    const asMyself = ['-o', 'APT::Sandbox::User=root'];
    run('apt-get', ['download', '-qq', ...asMyself, `${name}:amd64`], folder);
    const file = readdirSync(folder).find((path) => path.endsWith('.deb'))!;
    run('dpkg-deb', ['-x', file, work], folder);
    return file;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Packages from one source may keep their notice in one of them; this fetches that one. */
function copyrightOf(name: string, work: string): string {
  const folder = join(work, 'usr/share/doc', name);
  if (lstatSync(folder).isSymbolicLink() && !existsSync(folder)) {
    fetchPackage(basename(readlinkSync(folder)), work);
  }
  return join(folder, 'copyright');
}

function run(program: string, parameters: readonly string[], cwd: string): void {
  try {
    execFileSync(program, parameters, {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new TqError(
        ErrorCode.invalidInput,
        `The kit takes the Vulkan and EGL loaders from Debian packages, and this machine has no ${program}; make the kit on Debian or Ubuntu.`,
      );
    }
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
    throw new TqError(
      ErrorCode.hub,
      `"${program} ${parameters.join(' ')}" failed: ${said} ("apt-get update" as root updates the package lists).`,
    );
  }
}
