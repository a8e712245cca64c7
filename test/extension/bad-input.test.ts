import assert from 'node:assert/strict';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ShownMessage } from '../../src/extension/messages.ts';
import { nextMessage, openText, quick, setSettings, useExtension } from './extension-api.ts';
import { nodeThat, nodeWithFullDisk } from './nodes.ts';
import { rewrite, sentence } from './rewriting.ts';

interface Case {
  readonly name: string;
  readonly settings?: () => Readonly<Record<string, unknown>>;
  /** Environment variables of the engine. */
  readonly environment?: () => Readonly<Record<string, string>>;
  readonly text?: string;
  readonly instruction?: string;
  readonly message: RegExp;
  readonly button?: string;
}

const cases: readonly Case[] = [
  {
    name: 'names a model that does not exist',
    settings: () => ({ referencePolicy: 'gpt-7' }),
    message: /no model "gpt-7"; the models are smollm2-135m-instruct/u,
    button: 'Open Settings',
  },
  {
    name: 'shows no link of a hostile name',
    settings: () => ({ referencePolicy: '[x](command:tqstar.stop)' }),
    message: /no model "\[x\]\u2060\(command:tqstar\.stop\)"; the models are/u,
    button: 'Open Settings',
  },
  {
    name: 'names a reward that does not exist',
    settings: () => ({ targetReward: 'own', ownReward: 'no-such-reward' }),
    instruction: 'Say it as a question',
    message: /no reward 'no-such-reward'; the rewards are positive-tone/u,
    button: 'Open Settings',
  },
  {
    name: 'names a missing model file',
    environment: () => {
      const folder = mkdtempSync(join(tmpdir(), 'models-'));
      const shipped = vscode.extensions.getExtension('transfer-q-star.transfer-q-star')!;
      const manifest = join(shipped.extensionUri.fsPath, 'models', 'manifest.json');
      cpSync(manifest, join(folder, 'manifest.json'));
      return { TQSTAR_MODELS: folder };
    },
    message: /all-minilm-l6-v2\/config\.json .*is missing in .*/u,
    button: 'Run Diagnosis',
  },
  {
    name: 'reports a full disk',
    settings: () => ({ nodePath: nodeWithFullDisk() }),
    environment: () => ({ TQSTAR_CACHE: mkdtempSync(join(tmpdir(), 'cache-')) }),
    message: /The disk is full: the compiled model does not fit into .*free some space/u,
    button: 'Run Diagnosis',
  },
  {
    name: 'reports a cache folder that cannot be written',
    environment: () => ({ TQSTAR_CACHE: join(__filename, 'cache') }),
    message: /The cache folder .* cannot be written \(ENOTDIR\)/u,
    button: 'Run Diagnosis',
  },
  {
    name: 'names a Node that cannot be run',
    settings: () => ({ nodePath: '/no/such/node' }),
    message: /\/no\/such\/node is not a program that can be run/u,
    button: 'Show Log',
  },
  {
    name: 'reports an inference library that does not load',
    settings: () => ({ nodePath: nodeThat('echo "Error: wrong ELF class" >&2; exit 1') }),
    message: /inference library does not load with .*: Error: wrong ELF class/u,
    button: 'Run Diagnosis',
  },
  {
    name: 'reports an inference library that crashes while it loads',
    settings: () => ({ nodePath: nodeThat('kill -SEGV $$') }),
    message: /inference library does not load with .*: the process was killed by SIGSEGV/u,
    button: 'Run Diagnosis',
  },
  {
    name: 'refuses a rewrite with an empty instruction',
    instruction: ' ',
    message: /The instruction is empty\. Say how the text/u,
    button: 'Rewrite Again',
  },
];

describe('Bad input shows one message with a button and leaves the document unchanged:', function () {
  const fixture = useExtension(quick);
  const saved = { ...process.env };

  after(async function () {
    await vscode.commands.executeCommand('tqstar.restartEngine');
  });

  for (const { name, settings, environment, text, instruction, message, button } of cases) {
    it(name, async function () {
      const editor = await openText(`${text ?? sentence}\n`);
      const changed = settings?.() ?? {};
      const variables = environment?.() ?? {};
      process.env = { ...saved, ...variables };
      if (settings || environment) await fixture.api.ctx.engine.stop();
      await setSettings(changed);
      const shown = nextMessage(fixture, message);
      await (instruction === undefined
        ? rewrite().decided
        : vscode.commands.executeCommand('tqstar.rewriteSelection', { instruction }));
      const { buttons } = await shown;
      if (button !== undefined) assert.ok(buttons.includes(button), buttons.join());
      assert.equal(fixture.errors.length, 1, fixture.errors.map(textOf).join('\n'));
      assert.equal(editor.document.getText(), `${text ?? sentence}\n`);
      await setSettings(Object.fromEntries(Object.keys(changed).map((name) => [name, undefined])));
      process.env = { ...saved };
      if (environment) await fixture.api.ctx.engine.stop();
    });
  }

  it('says that a paragraph is too long to rewrite', async function () {
    const text = 'word '.repeat(20_000).trim();
    const editor = await openText(text);
    const shown = nextMessage(fixture, /no prose to rewrite here.*more than 20,000 characters/u);
    await rewrite().decided;
    await shown;
    assert.equal(editor.document.getText(), text);
  });

  it('refuses Generate with a blank instruction', async function () {
    const shown = nextMessage(fixture, /The instruction is empty/u);
    await vscode.commands.executeCommand('tqstar.generate', { instruction: ' ' });
    assert.deepEqual((await shown).buttons, ['Generate…']);
  });
});

function textOf({ text }: ShownMessage): string {
  return text;
}
