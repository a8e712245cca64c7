import * as vscode from 'vscode';

/** A wordy mail; the walkthrough's rewrite makes it shorter. English, as the shipped model is. */
const sample = `Hello Ann,

I am writing to you in order to let you know that, due to the fact that the supplier is out of steel, the 40 parts are going to be delivered at a later point in time, on 29 May. At this point in time, we are of the opinion that it is absolutely necessary to make a change to the plan. Would it be possible for you to give me an answer prior to Friday?

Best regards,
Tom
`;

/** Opens a sample text and rewrites it, to show what a rewrite is. */
export async function rewriteSample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: 'plaintext',
    content: sample,
  });
  const editor = await vscode.window.showTextDocument(document);
  const line = 2;
  editor.selection = new vscode.Selection(line, 0, line, document.lineAt(line).text.length);
  await vscode.commands.executeCommand('tqstar.rewriteSelection', { preset: 'shorter' });
}
