import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { writeNeeds } from '../../scripts/gpu-kit/libraries.ts';
import { clearKitFolder, writeKit, type Part } from '../../scripts/gpu-kit/parts.ts';
import { placeLaunchers, writeManifest } from '../../scripts/gpu-kit/stage.ts';
import { temporaryFolder } from './model-folder.ts';

const date = new Date('2026-01-02T03:04:05Z');

/** Says how it was run, and ends with a code of its own. */
const node = `#!/bin/sh
printf '%s\\n' "run: $*" "libraries: $LD_LIBRARY_PATH" "driver: $VK_DRIVER_FILES $VK_ICD_FILENAMES" \\
  "cache: $TQSTAR_CACHE" "home: $HOME"
exit 7
`;

/** All that the kit may ask of a machine: bash, coreutils, tar and gzip. */
const tools = [
  ...['bash', 'cat', 'cp', 'dirname', 'mkdir', 'mv', 'readlink', 'rm', 'sha256sum', 'sort', 'tr'],
  ...['tar', 'gzip'],
];

/** Programs of a machine on which the kit runs. */
const machine: Readonly<Record<string, string>> = {
  uname: 'echo Linux x86_64',
  getconf: 'echo glibc 2.36',
  ldconfig: ':',
};

/** What a run of the kit did. */
export interface KitRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A kit whose programs only say how they were run, and a machine of its own around it. */
export class FakeKit {
  readonly #work = temporaryFolder();
  /** Where the kit lies. */
  readonly out = this.path('out');
  /** Before the machine's folders. */
  readonly root = this.path('machine');
  /** Where it is run. */
  readonly empty = this.path('empty');
  /** Where it is unpacked. */
  readonly unpacked = join(this.empty, 'tqstar-gpu-kit');

  /** @param word is packed too: another word makes another kit */
  async write(word = 'first'): Promise<Part[]> {
    const folder = this.path(`kit-${word}`);
    this.#file(join(folder, 'bin/node'), node, 0o755);
    this.#file(join(folder, 'word'), word);
    for (const [name, glibc] of [
      ['libvulkan.so.1', '2.34'],
      ['libX11.so.6', '2.30'],
    ] as const) {
      this.#file(join(folder, 'lib', name, name), `\0GLIBC_2.2.5\0GLIBC_${glibc}\0`);
    }
    writeNeeds(folder);
    placeLaunchers(folder);
    const launcher = join(folder, 'bin/launch.sh');
    const text = readFileSync(launcher, 'utf8').replace(/^root=$/mu, `root=${this.root}`);
    writeFileSync(launcher, text);
    writeManifest(folder, { commit: 'abc', date }, '2.28');
    clearKitFolder(this.out);
    mkdirSync(this.empty, { recursive: true });
    return writeKit(folder, this.out, { partBytes: 1500, date });
  }

  /** Puts a file onto the machine. */
  put(path: string, content = ''): string {
    return this.#file(join(this.root, path), content);
  }

  /** Puts the ICD file of a driver onto the machine. */
  putDriver(path: string, library: string): string {
    return this.put(path, JSON.stringify({ ICD: { library_path: library } }));
  }

  /**
   * Runs the kit without a network, where that is allowed, and without any variable but PATH,
   * which holds the tools that the kit may ask for and no other.
   * @param programs the machine's programs that are not as usual, as lines of a shell script
   */
  run(
    given: readonly string[],
    programs: Readonly<Record<string, string>> = {},
    environment: NodeJS.ProcessEnv = {},
    script = join(this.out, 'run.sh'),
  ): KitRun {
    const folder = this.path('programs');
    for (const [name, line] of Object.entries({ ...machine, ...programs })) {
      this.#file(join(folder, name), `#!/bin/sh\n${line}\n`, 0o755);
    }
    for (const tool of tools) {
      if (!existsSync(join(folder, tool))) symlinkSync(pathOf(tool), join(folder, tool));
    }
    const command = [...(offline ? [pathOf('unshare'), '-n'] : []), pathOf('bash')];
    const { status, stdout, stderr } = spawnSync('/usr/bin/env', [...command, script, ...given], {
      cwd: this.empty,
      env: { PATH: folder, ...environment },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  remove(): void {
    this.#work.remove();
  }

  path(name: string): string {
    return join(this.#work.path, name);
  }

  #file(path: string, content: string, mode = 0o644): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }
}

function pathOf(tool: string): string {
  return execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
}

const offline = spawnSync('unshare', ['-n', 'true']).status === 0;
