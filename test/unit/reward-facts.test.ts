import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { catalogue } from '../../src/engine/reward/catalogue/catalogue.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { prompt, response, scoreOf } from './reward-support.ts';

const root = join(import.meta.dirname, '../..');
const rewards = catalogue.map(({ description }) => description);
/** Rewards that need no parameter, so that an id alone names them: those of the settings. */
const ready = catalogue.filter(({ parameters }) => parameters.safeParse({}).success);
const readyIds = ready.map(({ description }) => description.id);

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Fails with one sentence for each fact that a place does not say as the reward's file does. */
class Facts {
  readonly #wrong: string[] = [];

  constructor(private readonly place: string) {}

  require(id: string, fact: string, said: string | undefined, right: string): void {
    if (said === right) return;
    const found = said === undefined ? 'nothing' : `"${said}"`;
    this.#wrong.push(
      `${this.place} says ${found} as the ${fact} of '${id}'; the reward's file says "${right}".`,
    );
  }

  requireIds(said: readonly string[], right: readonly string[]): void {
    for (const id of right) {
      if (!said.includes(id)) this.#wrong.push(`${this.place} lacks the reward '${id}'.`);
    }
    for (const id of said) {
      if (!right.includes(id))
        this.#wrong.push(`${this.place} names '${id}', which does not belong there.`);
    }
    if (this.#wrong.length === 0) assert.deepEqual(said, right, `${this.place}: order of rewards`);
  }

  assert(): void {
    assert.deepEqual(this.#wrong, []);
  }
}

/** Rows of the first table after a heading, without the table's own heading. */
function tableUnder(heading: string, text: string): string[][] {
  const [, section] = text.split(`\n${heading}\n`);
  assert.ok(section !== undefined, `no heading "${heading}"`);
  const lines = section.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest
    .slice(2, end < 0 ? undefined : end)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

function unquoted(cell = ''): string {
  return cell.replace(/^`(.*)`$/u, '$1');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Default parameters and range, in words of a language: "grade=8, 0 to 1". */
function boundsAndDefaults(id: string, to: 'to' | 'bis'): string {
  const { parameters, description } = ready.find((entry) => entry.description.id === id)!;
  const defaults = Object.entries(parameters.parse({})).map(
    ([name, value]) => `${name}=${String(value)}`,
  );
  const [low, high] = description.range!;
  return [...defaults, `${low} ${to} ${high}`].join(', ');
}

describe('what is said about a reward outside its file', function () {
  this.timeout(30_000);

  describe('in the settings', () => {
    const { contributes } = JSON.parse(read('package.json')) as {
      contributes: {
        configuration: { properties: Record<string, Record<string, unknown>> }[];
      };
    };
    const setting = contributes.configuration
      .map(({ properties }) => properties['tqstar.targetReward'])
      .find((found) => found !== undefined)!;

    it('lists every reward that needs no parameter, in the order of the catalogue', () => {
      const facts = new Facts('The enum of tqstar.targetReward in package.json');
      facts.requireIds(setting['enum'] as string[], [...readyIds, 'own']);
      facts.assert();
      assert.deepEqual(
        setting['markdownEnumDescriptions'],
        [...readyIds, 'own'].map((id) => `%setting.targetReward.${id}%`),
      );
      assert.ok(readyIds.includes(setting['default'] as string));
    });

    it('describes each in English as its file does', () => {
      const facts = new Facts('package.nls.json');
      const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
      for (const { id, favours, description } of ready.map((entry) => entry.description)) {
        const bounds = boundsAndDefaults(id, 'to');
        const right = `${capitalised(favours)} (${bounds}). ${description}`;
        facts.require(id, 'description', texts[`setting.targetReward.${id}`], right);
      }
      facts.assert();
    });

    it('gives the range and the default parameters of each in German', () => {
      const facts = new Facts('package.nls.de.json');
      const texts = JSON.parse(read('package.nls.de.json')) as Record<string, string>;
      for (const id of readyIds) {
        const bracket = /\(([^()]*)\)/u.exec(texts[`setting.targetReward.${id}`] ?? '')?.[1];
        facts.require(id, 'range', bracket, boundsAndDefaults(id, 'bis'));
      }
      facts.assert();
    });

    it('names each in pickers as its file does', () => {
      const file = 'src/extension/settings/reward-titles.ts';
      const facts = new Facts(file);
      const titles = titlesIn(file);
      facts.requireIds([...titles.keys()].sort(), [...readyIds].sort());
      for (const { id, title, favours } of ready.map((entry) => entry.description)) {
        facts.require(id, 'title', titles.get(id)?.['title'], title);
        facts.require(id, 'favoured text', titles.get(id)?.['favours'], favours);
      }
      facts.assert();
    });
  });

  describe('in docs/rewards.md', () => {
    const text = read('docs/rewards.md');

    it('lists every reward with what it favours and its licence', () => {
      const facts = new Facts('The table "What there is" of docs/rewards.md');
      const rows = tableUnder('## What there is', text);
      facts.requireIds(
        rows.map(([id]) => unquoted(id)),
        rewards.map(({ id }) => id),
      );
      for (const { id, favours, licence } of rewards) {
        const [, favoured, , licensed] = rows.find(([name]) => unquoted(name) === id) ?? [];
        facts.require(id, 'favoured text', favoured, favours);
        facts.require(id, 'licence', licensed, licence);
      }
      facts.assert();
    });

    it('gives the score of an empty text', async () => {
      const facts = new Facts('The table "What there is" of docs/rewards.md');
      const baseFolder = join(root, 'test/fixtures');
      const guide = { id: 'style-guide', type: 'style-guide', avoid: ['simply'] };
      for (const [cell, , score] of tableUnder('## What there is', text)) {
        const id = unquoted(cell);
        if (id === 'classifier' || id === 'script') continue;
        const context = { modelsFolder: join(root, 'models'), baseFolder };
        const reward = await createReward(id === 'style-guide' ? guide : id, context);
        facts.require(id, 'score of an empty text', score, String(await scoreOf(reward, '')));
      }
      facts.assert();
    });

    it('states the range that the rewards have', () => {
      assert.match(text, /All scores lie in \[0, 1\], except those of a script/u);
      for (const { id, range } of rewards) {
        assert.deepEqual(range, id === 'script' ? undefined : [0, 1], id);
      }
    });

    it('says what each parameter accepts', () => {
      const facts = new Facts('The table "Parameters" of docs/rewards.md');
      const rows = tableUnder('## Parameters', text).map(
        ([id, name, accepts]) => [`${unquoted(id)}:${unquoted(name)}`, accepts] as const,
      );
      const parameters = rewards.flatMap(({ id, parameters = {} }) =>
        Object.entries(parameters).map(([name, accepts]) => [`${id}:${name}`, accepts] as const),
      );
      facts.requireIds(rows.map(([name]) => name).sort(), parameters.map(([name]) => name).sort());
      for (const [name, accepts] of parameters) {
        facts.require(name, 'accepted value', new Map(rows).get(name), accepts);
      }
      facts.assert();
    });

    it('gives the weights of each sum', async () => {
      const answer = response('Thanks a lot, Ann! The plan was basically read by the whole team.');
      for (const [id, cell = ''] of tableUnder('## Clear writing and warm tone', text)) {
        const reward = await createReward(unquoted(id), { modelsFolder: join(root, 'models') });
        const session = await reward.open(prompt('Tell Ann that the team read her plan.'));
        const [score] = await session.score([answer]);
        const parts = await session.parts!(answer);
        const weights = [...cell.matchAll(/(\d+) `([\w-]+)/gu)].map(
          ([, weight, name]) => [name!, Number(weight)] as const,
        );
        assert.deepEqual(
          weights.map(([name]) => name),
          Object.keys(parts),
          `docs/rewards.md: parts of ${id ?? ''}`,
        );
        const sum = weights.reduce((so, [name, weight]) => so + (weight / 16) * parts[name]!, 0);
        assert.equal(score, sum, `docs/rewards.md: weights of ${id ?? ''}`);
      }
    });

    it('explains only rewards that exist', () => {
      for (const heading of ['## How each is computed', '## Clear writing and warm tone']) {
        for (const [id] of tableUnder(heading, text)) {
          assert.ok(
            rewards.some((reward) => reward.id === unquoted(id)),
            `docs/rewards.md explains ${id ?? 'nothing'} under "${heading}", which is no reward`,
          );
        }
      }
    });
  });

  it('is the same in the table of README.md, shortened at a colon or bracket', () => {
    const rows = [...read('README.md').matchAll(/^\| `([\w-]+)` +\| ([^|]*?) *\|$/gmu)];
    const favoured = new Map(rows.map(([, id, text]) => [id!, text!]));
    const ids = rewards.map(({ id }) => id).filter((id) => favoured.has(id));
    if (ids.length === 0) return;
    const facts = new Facts('The table of rewards in README.md');
    facts.requireIds(
      ids,
      rewards.map(({ id }) => id),
    );
    const short = (text: string | undefined) => text?.split(/: | \(/u)[0];
    for (const { id, favours } of rewards) {
      facts.require(id, 'favoured text', short(favoured.get(id)), short(favours)!);
    }
    facts.assert();
  });

  it('names the licence that each library has', () => {
    for (const { id, licence } of rewards) {
      for (const [, name, packages] of licence.matchAll(/([\w.-]+) \(([^()]*)\)/gu)) {
        for (const library of packages!.split(', ')) {
          const file = `node_modules/${library}/package.json`;
          if (!existsSync(join(root, file))) continue;
          const { license } = JSON.parse(read(file)) as { license: string };
          assert.equal(license, name, `the licence of '${id}' names ${library}`);
        }
      }
    }
  });
});

/** The texts of each reward in an object literal of l10n.t() calls, by reward id. */
function titlesIn(file: string): Map<string, Record<string, string>> {
  const titles = new Map<string, Record<string, string>>();
  const nameOf = (property: ts.PropertyAssignment) => property.name.getText().replace(/'/gu, '');
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isObjectLiteralExpression(node.initializer)) {
      const texts = node.initializer.properties
        .filter(ts.isPropertyAssignment)
        .map((property) => [nameOf(property), textOf(property.initializer)] as const);
      titles.set(nameOf(node), Object.fromEntries(texts));
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
  return titles;
}

function textOf(node: ts.Expression): string {
  assert.ok(ts.isCallExpression(node), node.getText());
  const [argument] = node.arguments;
  assert.ok(argument && ts.isStringLiteralLike(argument), node.getText());
  return argument.text;
}
