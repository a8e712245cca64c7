import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { fixturesContext } from './reward-support.ts';

interface Manifest {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, { type: unknown; enum?: unknown }>>;
    }[];
  };
}

describe('An untrusted workspace', function () {
  let root: string;
  let workspace: string;

  before(async function () {
    root = await mkdtemp(join(tmpdir(), 'trust-'));
    workspace = join(root, 'workspace');
    await mkdir(workspace);
    await writeFile(join(workspace, 'guide.json'), '{"avoid": ["simply"]}');
    const sum = { id: 'sum', type: 'sum', parts: [{ reward: 'concision', weight: 1 }] };
    await writeFile(join(workspace, 'sum.json'), JSON.stringify(sum));
    await mkdir(join(workspace, 'classifier'));
    await symlink(workspace, join(root, 'link'));
    const outside = {
      ...sum,
      parts: [{ reward: 'style-guide:file=workspace/guide.json', weight: 1 }],
    };
    await writeFile(join(root, 'outside.json'), JSON.stringify(outside));
  });

  after(async function () {
    await rm(root, { recursive: true });
  });

  it('cannot set what may name a file: such settings are restricted', async function () {
    const text = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8');
    const { capabilities, contributes } = JSON.parse(text) as Manifest;
    const { restrictedConfigurations: restricted } = capabilities.untrustedWorkspaces;
    const settings = contributes.configuration.flatMap(({ properties }) =>
      Object.entries(properties),
    );
    // A choice is checked against its list; a number or a switch names nothing.
    const harmless = (type: unknown): boolean =>
      [type]
        .flat()
        .every((each) => ['number', 'integer', 'boolean', 'null'].includes(String(each)));
    const open = settings
      .filter(([, { type, enum: choices }]) => !harmless(type) && !choices)
      .map(([name]) => name);
    assert.deepEqual(
      open.filter((name) => !restricted.includes(name)),
      [],
    );
  });

  it('has no reward, style guide or classifier opened, even where user settings name it', async function () {
    const specs: readonly unknown[] = [
      'style-guide:file=guide.json',
      'concision + style-guide:file="guide.json"*2',
      'classifier:path=classifier,label=joy',
      './sum.json',
      './classifier',
      join(root, 'link', 'sum.json'),
      join(root, 'outside.json'),
      { id: 'mine', type: 'classifier', path: 'classifier', label: 'joy' },
    ];
    for (const spec of specs) {
      const context = {
        ...fixturesContext,
        baseFolder: workspace,
        closedFolders: [workspace],
        scripts: undefined,
      };
      await assert.rejects(createReward(spec, context), (error: unknown) => {
        assert.ok(error instanceof TqError && error.code === ErrorCode.forbidden, String(error));
        assert.match(error.message, /of a workspace that is not trusted/u);
        return true;
      });
    }
  });

  it('may be written in with the rewards of the catalogue', async function () {
    const context = { ...fixturesContext, closedFolders: [workspace] };
    const reward = await createReward('concision + length:words=4', context);
    assert.equal(reward.id, 'concision + length:words=4');
  });
});
