import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { nextMessage, openText, quick, useExtension } from './extension-api.ts';
import { lenses, ready, rewrite, ScriptedEngine, sentence, writing } from './rewriting.ts';

const other = 'It will come two weeks later.';
const shorter = 'The delivery is late because of our supplier.';

describe('Rewrite Selection', function () {
  const fixture = useExtension(quick);
  let engine: ScriptedEngine;

  beforeEach(function () {
    engine = new ScriptedEngine(fixture);
  });
  afterEach(function () {
    engine.restore();
  });

  const run = (name: string, ...given: unknown[]): Thenable<unknown> =>
    vscode.commands.executeCommand(`tqstar.${name}`, ...given);
  const units = () => fixture.api.ctx.rewrites.session!.units;

  it('leaves the document alone until the person accepts', async function () {
    const draft = `Hello,\n\n${sentence}\n\nBye\n`;
    const editor = await openText(draft);
    const { version } = editor.document;
    editor.selection = new vscode.Selection(2, 0, 2, sentence.length);
    engine.holdAt = 0;
    const { decided } = rewrite();
    await writing(fixture);
    assert.equal(editor.document.version, version);
    engine.release();
    await ready(fixture);
    assert.equal(editor.document.version, version);
    await run('acceptRewrite');
    assert.equal(await decided, 'accepted');
    assert.equal(editor.document.getText(), `Hello,\n\n${shorter}\n\nBye\n`);
  });

  it('replaces all paragraphs as one undo step', async function () {
    const draft = `${sentence}\n\n${sentence}\n`;
    const editor = await openText(draft);
    editor.selection = new vscode.Selection(0, 0, 3, 0);
    const { decided } = rewrite();
    await ready(fixture);
    await run('acceptRewrite');
    await decided;
    assert.equal(editor.document.getText(), `${shorter}\n\n${shorter}\n`);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), draft);
    await vscode.commands.executeCommand('redo');
    assert.equal(editor.document.getText(), `${shorter}\n\n${shorter}\n`);
  });

  it('ends without a trace when rejected, and can start again at once', async function () {
    const editor = await openText(`${sentence}\n`);
    const { version } = editor.document;
    for (let round = 0; round < 2; round++) {
      const { decided } = rewrite();
      await ready(fixture);
      await run('rejectRewrite');
      assert.equal(await decided, 'rejected');
      assert.equal(editor.document.version, version);
    }
  });

  it('rewrites the paragraph when nothing is selected', async function () {
    const editor = await openText(`one\n\n${sentence}\nIt comes next week.\n\nthree`);
    editor.selection = new vscode.Selection(3, 2, 3, 2);
    rewrite();
    await ready(fixture);
    assert.deepEqual(
      units().map(({ draft }) => draft),
      [`${sentence}\nIt comes next week.`],
    );
  });

  it('accepts what was finished after Stop, and keeps the rest word for word', async function () {
    const editor = await openText(`${sentence}\n\n${sentence}\n\n${other}\n`);
    editor.selection = new vscode.Selection(0, 0, 5, 0);
    engine.holdAt = 1;
    const { decided } = rewrite();
    await writing(fixture, 1);
    await run('stop');
    await ready(fixture);
    assert.match(await lenses(editor.document), /2 of 3 paragraphs keep their draft: not reached/u);
    await run('acceptRewrite');
    assert.equal(await decided, 'accepted');
    assert.equal(editor.document.getText(), `${shorter}\n\n${sentence}\n\n${other}\n`);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `${sentence}\n\n${sentence}\n\n${other}\n`);
  });

  it('says in the lens how far it is, and what was asked and lost', async function () {
    const editor = await openText(`${sentence}\n\n${other}\n`);
    editor.selection = new vscode.Selection(0, 0, 3, 0);
    const facts = { missing: ['29 May'], changed: [{ from: '4,200', to: '4,300' }] };
    engine.answer = (draft) => (draft === other ? { keep: 'cut' } : { text: shorter, facts });
    engine.holdAt = 1;
    rewrite();
    await writing(fixture, 1);
    assert.equal(await lenses(editor.document), 'Rewriting: paragraph 2 of 2 | Stop | Reject All');
    engine.release();
    await ready(fixture);
    assert.equal(
      await lenses(editor.document),
      'Accept | Reject | Again | Three Wordings | Concision 0.42 → 0.71 | ' +
        'missing: 29 May; changed: 4,200 → 4,300 | ' +
        '1 of 2 paragraphs keep their draft: the answer was cut off',
    );
  });

  it('asks before it accepts a text that lost facts', async function () {
    const editor = await openText(`${sentence}\n`);
    engine.answer = () => ({ text: shorter, facts: { missing: ['29 May'] } });
    const { decided } = rewrite();
    await ready(fixture);
    const { messages } = fixture.api.ctx;
    const asked: string[] = [];
    let answer = false;
    const confirm = messages.confirm.bind(messages);
    messages.confirm = (_, detail) => {
      asked.push(detail);
      return Promise.resolve(answer);
    };
    await run('acceptRewrite');
    assert.equal(editor.document.getText(), `${sentence}\n`);
    answer = true;
    await run('acceptRewrite');
    messages.confirm = confirm;
    assert.equal(await decided, 'accepted');
    assert.deepEqual(asked, ['missing: 29 May', 'missing: 29 May']);
    assert.equal(editor.document.getText(), `${shorter}\n`);
  });

  it('accepts, rejects and rewrites single paragraphs', async function () {
    const editor = await openText(`${sentence}\n\n${sentence}\n\n${sentence}\n`);
    editor.selection = new vscode.Selection(0, 0, 5, 0);
    const { decided } = rewrite();
    await ready(fixture);
    editor.selection = new vscode.Selection(2, 0, 2, 0);
    await run('acceptUnit');
    assert.equal(editor.document.getText(), `${sentence}\n\n${shorter}\n\n${sentence}\n`);
    editor.selection = new vscode.Selection(4, 0, 4, 0);
    await run('rejectUnit');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    engine.answer = () => ({ text: 'Late.', others: ['It is late.'] });
    await run('tryUnitAgain');
    await ready(fixture);
    const { document, attempt } = engine.requests.at(-1)!;
    assert.deepEqual(document.ranges, [{ start: 0, end: sentence.length }]);
    assert.equal(attempt, 1);
    await run('nextWording');
    await run('acceptRewrite');
    assert.equal(await decided, 'accepted');
    assert.equal(editor.document.getText(), `It is late.\n\n${shorter}\n\n${sentence}\n`);
  });

  it('keeps an earlier wording when a further attempt finds none', async function () {
    const editor = await openText(`${sentence}\n`);
    const { decided } = rewrite();
    await ready(fixture);
    engine.answer = () => ({ keep: 'same' });
    await run('tryRewriteAgain');
    await ready(fixture);
    await run('acceptRewrite');
    await decided;
    assert.equal(editor.document.getText(), `${shorter}\n`);
  });

  it('asks for three wordings', async function () {
    await openText(`${sentence}\n`);
    rewrite();
    await ready(fixture);
    await run('offerThreeWordings');
    assert.equal(engine.requests.at(-1)!.candidates, 3);
  });

  it('rewrites several selections in one request', async function () {
    const editor = await openText(`${sentence}\n\n${other}\n\n${sentence}\n`);
    editor.selections = [
      new vscode.Selection(0, 0, 0, sentence.length),
      new vscode.Selection(4, 3, 4, 3),
    ];
    const { decided } = rewrite();
    await ready(fixture);
    await run('acceptRewrite');
    assert.equal(await decided, 'accepted');
    assert.equal(engine.requests.length, 1);
    assert.equal(editor.document.getText(), `${shorter}\n\n${other}\n\n${shorter}\n`);
  });

  it('says why a draft stays', async function () {
    const editor = await openText(`${sentence}\n`);
    engine.answer = () => ({ keep: 'facts' });
    const shown = nextMessage(fixture, /The draft stays: facts would be lost/u);
    const { decided } = rewrite();
    assert.equal(await decided, 'kept');
    await shown;
    assert.equal(editor.document.getText(), `${sentence}\n`);
  });

  it('refuses a second rewrite, with a way to the open one', async function () {
    const first = await openText(`${sentence}\n`);
    rewrite();
    await ready(fixture);
    await openText(`Another document.\n`);
    const shown = nextMessage(fixture, /Another rewrite is open in Untitled-/u);
    rewrite();
    assert.deepEqual((await shown).buttons, ['Show', 'Accept', 'Reject']);
    await run('showRewrite');
    assert.equal(vscode.window.activeTextEditor?.document, first.document);
  });

  for (const [command, preset] of [
    ['shorten', 'shorter'],
    ['makeClearer', 'clearer'],
    ['makeFriendlier', 'friendlier'],
    ['makeMoreFormal', 'more-formal'],
    ['fixGrammar', 'fix'],
  ] as const) {
    it(`has the command ${command} for its preset`, async function () {
      await openText(`${sentence}\n`);
      void run(command);
      await ready(fixture);
      assert.equal(engine.requests[0]!.preset.id, preset);
    });
  }
});
