import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { type rooms } from '../../eslint.config.mjs';

const root = join(import.meta.dirname, '../..');

describe('the walls between rooms', function () {
  this.timeout('2m');

  const eslint = new ESLint({ cwd: root });

  /** What ESLint says of a file with one more line at its beginning. */
  async function problemsOf(file: string, line: string): Promise<string[]> {
    const text = `${line}\n${readFileSync(join(root, file), 'utf8')}`;
    const [result] = await eslint.lintText(text, { filePath: join(root, file) });
    return result!.messages.map(({ ruleId }) => ruleId ?? 'none');
  }

  /** A file of each room, and an import that its row of the table does not allow. */
  const forbidden: Readonly<Record<keyof typeof rooms, readonly [file: string, from: string]>> = {
    protocol: ['options.ts', '../decoding/softmax.ts'],
    decoding: ['softmax.ts', '../engine/models/memory.ts'],
    documents: ['prose-unit.ts', '../decoding/softmax.ts'],
    facts: ['fact.ts', '../documents/prose-unit.ts'],
    rewriting: ['words.ts', '../decoding/softmax.ts'],
    client: ['engine-process.ts', '../engine/models/memory.ts'],
    cli: ['session.ts', '../engine/models/memory.ts'],
    'cli/parser': ['failure.ts', '../session.ts'],
    extension: ['activate.ts', '../webview/panel/model.ts'],
    'webview/panel': ['host.ts', '../report/messages.ts'],
    'webview/report': ['messages.ts', '../panel/messages.ts'],
    'engine/limits': ['watchdog.ts', '../models/memory.ts'],
    'engine/models': ['malformed.ts', '../runtime/version.ts'],
    'engine/runtime': ['version.ts', '../policy/decoder-policy.ts'],
    'engine/policy': ['branching.ts', '../library/loaded-policy.ts'],
    'engine/store': ['locations.ts', '../library/model-finder.ts'],
    'engine/remote': ['dialect.ts', '../policy/branching.ts'],
    'engine/reward/*.ts': ['clamped.ts', './text/sentences.ts'],
    'engine/reward/text': ['sentences.ts', '../model/causal-text.ts'],
    'engine/reward/script': ['main.ts', '../model/causal-text.ts'],
    'engine/reward/model': ['causal-text.ts', '../catalogue/catalogue.ts'],
    'engine/reward/catalogue': ['catalogue.ts', '../../library/loaded-policy.ts'],
    'engine/device': ['cuda-problem.ts', '../library/loaded-policy.ts'],
    'engine/library': ['loaded-policy.ts', '../requests/prompts.ts'],
    'engine/requests': ['prompts.ts', '../../cli/session.ts'],
    'engine/exports': ['bench.ts', '../../bench/statistics.ts'],
    evaluation: ['machine.ts', '../engine/models/memory.ts'],
    bench: ['statistics.ts', '../engine/models/memory.ts'],
  };

  for (const [room, [file, from]] of Object.entries(forbidden)) {
    it(`refuses an import of ${from} in src/${room}`, async () => {
      const path = join('src', room.replace(/\/\*\.ts$/u, ''), file);
      assert.deepEqual(await problemsOf(path, ''), []);
      const problems = await problemsOf(path, `import '${from}';`);
      assert.ok(problems.includes('import-x/no-restricted-paths'), String(problems));
    });
  }

  it('refuses a package that decoding does not need', async () => {
    const problems = await problemsOf('src/decoding/softmax.ts', "import 'node:os';");
    assert.ok(problems.includes('no-restricted-imports'), String(problems));
  });

  it('refuses the runtime in the extension host', async () => {
    const line = "import 'onnxruntime-node';";
    const problems = await problemsOf('src/extension/activate.ts', line);
    assert.ok(problems.includes('no-restricted-imports'), String(problems));
  });

  it('refuses an import cycle', async () => {
    const problems = await problemsOf('src/engine/models/malformed.ts', "import './adapter.ts';");
    assert.ok(problems.includes('import-x/no-cycle'), String(problems));
  });

  it('refuses a type that only Node or a browser has in decoding, and Node in the panel', () => {
    const uses = [
      ['src/decoding', 'export const x = process.pid;'],
      ['src/decoding', 'export const x = document.title;'],
      ['src/webview', 'export const x = process.pid;'],
      ['src/engine', 'export const x = document.title;'],
    ] as const;
    for (const [project, text] of uses) {
      assert.match(errorsOf(project, text), /Cannot find name/u, `${project}: ${text}`);
      assert.equal(errorsOf(project, 'export const x = 1;'), '');
    }
  });

  /** What TypeScript says of a file that a target would have. */
  function errorsOf(project: string, text: string): string {
    const folder = join(root, project);
    const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile) as {
      config: object;
    };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
    const planted = join(folder, 'planted.ts');
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...rest) =>
      name === planted ? ts.createSourceFile(name, text, rest[0]) : read(name, ...rest);
    const program = ts.createProgram([planted], options, host);
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
      .join(' ');
  }
});
