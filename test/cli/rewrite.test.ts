import assert from 'node:assert/strict';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { promptSchema } from '../../src/protocol/options.ts';
import { rewritePresets, rewritePrompt } from '../../src/client/rewrite.ts';
import { built, events, tqstar } from './command-line.ts';

const draft = 'We are unable to process your order because the warehouse is closed.';

describe('tqstar rewrite', () => {
  before(built);

  it('rewrites a draft from standard input with a reward that compares with it', async () => {
    const { exitCode, stdout } = await tqstar(
      [
        ...['rewrite', '-', '--preset', 'shorter', '--reward', 'keeps-meaning', '--alpha', '0.2'],
        ...['--max-tokens', '25', '--rollout', '8', '--json'],
      ],
      { input: draft },
    );

    assert.equal(exitCode, 0);
    const done = events(stdout).at(-1)!;
    assert.ok(done.type === 'done' && done.reward! > 0.5, stdout);
  });

  it('follows the given instruction', async () => {
    const args = ['rewrite', '-', '--method', 'sft', '--max-tokens', '12', '--json'];
    const written = async (instruction: string): Promise<string> => {
      const { stdout } = await tqstar([...args, '--instruction', instruction], { input: draft });
      return events(stdout).at(-1)!.text;
    };

    assert.notEqual(
      await written('Translate the text to French'),
      await written('Shorten the text'),
    );
  });
});

describe('the prompt of a rewrite', () => {
  for (const [id, { instruction }] of Object.entries(rewritePresets)) {
    it(`asks for ${id} and contains the draft`, () => {
      const prompt = promptSchema.parse(rewritePrompt(`${draft}\n`, instruction));

      assert.ok(prompt.text.startsWith(`${instruction}. `));
      assert.ok(prompt.text.endsWith(draft));
      assert.equal(prompt.draft, `${draft}\n`);
    });
  }

  it('ends the instruction with one full stop', () => {
    assert.match(rewritePrompt(draft, ' Be brief. ').text, /^Be brief\. Keep/u);
  });

  for (const [what, text, instruction] of [
    ['draft', '\n ', 'Be brief'],
    ['instruction', draft, ' '],
  ] as const) {
    it(`refuses an empty ${what}`, () => {
      assert.throws(
        () => rewritePrompt(text, instruction),
        (error) =>
          error instanceof TqError &&
          error.code === ErrorCode.invalidInput &&
          error.message.includes(`The ${what} is empty`),
      );
    });
  }
});
