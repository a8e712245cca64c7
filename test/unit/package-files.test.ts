import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { stagePackage } from '../../scripts/package-folder.ts';
import { readSizes } from '../../scripts/package-sizes.ts';
import { isTarget, placeRuntime, type Target } from '../../scripts/stand-alone.ts';
import { EngineProcess } from '../../src/client/engine-process.ts';
import { readManifest } from '../../src/engine/models/manifest.ts';
import { requests } from '../../src/protocol/requests.ts';
import { temporaryFolder } from './model-folder.ts';

const root = join(import.meta.dirname, '../..');

const always = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'THIRD_PARTY_NOTICES.md',
  'package.json',
  'package.nls.de.json',
  'package.nls.json',
  'l10n/bundle.l10n.de.json',
  'dist/device-probe.js',
  'dist/engine.js',
  'dist/extension.cjs',
  'dist/report.css',
  'dist/report.js',
  'dist/script-reward.js',
  'dist/watchdog.js',
  'dist/webview.css',
  'dist/webview.js',
  'media/icon.png',
  'media/panel.svg',
  'media/walkthrough/generate.png',
  'media/walkthrough/reward.png',
  'media/walkthrough/rewrite.png',
  'media/walkthrough/tune.png',
  'models/manifest.json',
];

const runtime = {
  'linux-x64': {
    folder: 'linux/x64',
    files: ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
    loads: 'libonnxruntime.so.1',
    machine: 'ELF x86-64',
  },
  'linux-arm64': {
    folder: 'linux/arm64',
    files: ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
    loads: 'libonnxruntime.so.1',
    machine: 'ELF arm64',
  },
  'win32-x64': {
    folder: 'win32/x64',
    files: [
      'DirectML.dll',
      'dxcompiler.dll',
      'dxil.dll',
      'onnxruntime.dll',
      'onnxruntime_binding.node',
    ],
    loads: 'onnxruntime.dll',
    machine: 'PE x86-64',
  },
  'darwin-arm64': {
    folder: 'darwin/arm64',
    files: ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'],
    loads: 'libonnxruntime.1.dylib',
    machine: 'Mach-O arm64',
  },
} satisfies Record<Target, unknown>;

/** Files of a checkout that must never be in the package. */
const strangers = [
  '.env',
  'dist/cli.js',
  'dist/engine.js.map',
  'dist/test/extension/index.cjs',
  'docs/editor.md',
  'media/icon.svg',
  'media/screenshots/panel-dark.png',
  'models/recipes/adapter/train.py',
  'models/recipes/README.md',
  'node_modules/zod/package.json',
  'scripts/gpu-kit/run.sh',
  'scripts/package.ts',
  'src/engine/main.ts',
  'test/unit/package-files.test.ts',
];

describe('The package', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  let installed: number;

  before(async () => {
    folder = temporaryFolder();
    installed = await stagePackage('linux-x64', folder.path);
    for (const path of strangers) {
      mkdirSync(dirname(join(folder.path, path)), { recursive: true });
      writeFileSync(join(folder.path, path), 'not for the package');
    }
  });

  after(() => {
    folder.remove();
  });

  it('has the size that docs/editor.md says, within 5%', () => {
    const ratio = readSizes('linux-x64').installed / installed;
    assert.ok(
      ratio > 0.95 && ratio < 1.05,
      `${installed} bytes; "npm run package" writes the docs`,
    );
  });

  for (const [target, { folder: platform, files, loads, machine }] of Object.entries(runtime)) {
    it(`for ${target} contains exactly the expected files`, async () => {
      placeRuntime(target as Target, folder.path);
      const listed = await listFiles({ cwd: folder.path, packageManager: PackageManager.None });
      const binaries = files.map((name) => `onnxruntime-node/bin/napi-v6/${platform}/${name}`);
      const expected = [
        ...always,
        ...(await modelFiles()),
        ...[...binaries, ...runtimeScripts()].map((path) => `dist/node_modules/${path}`),
      ];
      assert.deepEqual(listed.sort(), expected.sort());
    });

    it(`for ${target} has binaries for that platform and the library they load`, () => {
      placeRuntime(target as Target, folder.path);
      const place = `dist/node_modules/onnxruntime-node/bin/napi-v6/${platform}`;
      const read = (name: string): Buffer => readFileSync(join(folder.path, place, name));
      for (const name of files) assert.equal(machineOf(read(name)), machine, name);
      assert.ok(files.includes(loads));
      assert.ok(read('onnxruntime_binding.node').includes(`${loads}\0`));
    });
  }

  it('has no paths of the build machine in its programs', () => {
    for (const name of ['engine.js', 'extension.cjs', 'webview.js', 'webview.css']) {
      const text = readFileSync(join(folder.path, 'dist', name), 'utf8');
      assert.ok(!text.includes(root), name);
      assert.ok(!text.includes('sourceMappingURL='), name);
    }
  });

  it("has an engine that runs with only the package's files", async function () {
    const target = `${process.platform}-${process.arch}`;
    if (!isTarget(target)) this.skip();
    placeRuntime(target, folder.path);
    const engine = EngineProcess.start({ program: join(folder.path, 'dist/engine.js') });
    try {
      const { modelsFolder } = await engine.request(requests.capabilities, {});
      assert.equal(modelsFolder, join(folder.path, 'models'));
    } finally {
      await engine.stop();
    }
  });

  it('has a manifest without fields that only a checkout needs', () => {
    const text = readFileSync(join(folder.path, 'package.json'), 'utf8');
    const manifest = JSON.parse(text) as Record<string, unknown>;
    const left = ['scripts', 'bin', 'dependencies', 'devDependencies'].filter((n) => n in manifest);
    assert.deepEqual(left, []);
    assert.equal(manifest['main'], './dist/extension.cjs');
  });

  it('lists every package in it with the text of its licence', () => {
    const notices = readFileSync(join(folder.path, 'THIRD_PARTY_NOTICES.md'), 'utf8');
    // A licence may contain headings.
    const sections = notices.split(/^## (?=\S+ \d)/mu).slice(1);
    for (const name of ['onnxruntime-node', 'onnxruntime-common', '@huggingface/transformers']) {
      assert.ok(
        sections.some((section) => section.startsWith(`${name} `)),
        name,
      );
    }
    for (const section of sections) {
      assert.match(section, /^\S+ \d+\.\d+\.\d+\S* \([\w.-]+\)\n/u);
      assert.ok(section.length > 400, section);
    }
    assert.ok(!notices.includes('<copyright holders>'));
  });
});

async function modelFiles(): Promise<string[]> {
  const models = await readManifest(join(root, 'models'));
  return models
    .flatMap(({ id, files }) => [
      `${id}/LICENSE`,
      `${id}/README.md`,
      ...files.map(({ path }) => path),
    ])
    .map((path) => `models/${path}`);
}

/** The runtime's JavaScript, without types, maps and the copy for browsers. */
function runtimeScripts(): string[] {
  const common = readdirSync(join(root, 'node_modules/onnxruntime-common/dist/cjs'));
  return [
    'onnxruntime-common/package.json',
    'onnxruntime-node/package.json',
    ...['backend', 'binding', 'index', 'version'].map((name) => `onnxruntime-node/dist/${name}.js`),
    ...common
      .filter((name) => /\.js$|^package\.json$/u.test(name))
      .map((name) => `onnxruntime-common/dist/cjs/${name}`),
  ];
}

/** Format and architecture, from the header of a library. */
function machineOf(bytes: Buffer): string {
  if (bytes.readUInt32BE(0) === 0x7f454c46) {
    const names: Record<number, string> = { 0x3e: 'x86-64', 0xb7: 'arm64' };
    return `ELF ${names[bytes.readUInt16LE(18)]}`;
  }
  if (bytes.readUInt16BE(0) === 0x4d5a) {
    const names: Record<number, string> = { 0x8664: 'x86-64', 0xaa64: 'arm64' };
    return `PE ${names[bytes.readUInt16LE(bytes.readUInt32LE(0x3c) + 4)]}`;
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) {
    const names: Record<number, string> = { 0x01000007: 'x86-64', 0x0100000c: 'arm64' };
    return `Mach-O ${names[bytes.readUInt32LE(4)]}`;
  }
  return 'unknown';
}
