import * as vscode from 'vscode';
import { plain, plainInHover } from './plain.ts';

/*
 * The only way to VS Code's messages, lists, inputs, status bar, lenses, hovers and diagnostics:
 * lint keeps the rest of the extension from calling them. Names of files, models and rewards,
 * errors and texts of models may hold what VS Code takes for a link that runs a command, so every
 * text is made plain here. Links and icons of the extension's own have parameters of their own.
 */

export type Severity = 'info' | 'warning' | 'error';

const showers = {
  info: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

/** Shows a notification; the title of the pressed button. */
export async function showMessage(
  severity: Severity,
  text: string,
  buttons: readonly string[],
): Promise<string | undefined> {
  const shown = buttons.map(plain);
  const pressed = await showers[severity](plain(text), ...shown);
  return pressed === undefined ? undefined : buttons[shown.indexOf(pressed)];
}

/** Shows a dialog with one button; true when it was pressed. */
export async function showDialog(text: string, detail: string, button: string): Promise<boolean> {
  const options = { modal: true, detail: plain(detail) };
  const shown = plain(button);
  return (await vscode.window.showWarningMessage(plain(text), options, shown)) === shown;
}

export type Progress = vscode.Progress<{ message?: string; increment?: number }>;

/** Shows a notification with a Cancel button while `work` runs. */
export function showProgress<T>(
  title: string,
  work: (progress: Progress, token: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress(
    { location, title: plain(title), cancellable: true },
    (progress, token) => {
      const report: Progress['report'] = ({ message, ...step }) => {
        progress.report({ ...step, ...(message !== undefined && { message: plain(message) }) });
      };
      return work({ report }, token);
    },
  );
}

/** An item as it is shown; `original` is the one that the caller knows. */
type Shown<Item> = vscode.QuickPickItem & { readonly original: Item };

function shownItem<Item extends vscode.QuickPickItem>(original: Item): Shown<Item> {
  const { label, description, detail, buttons } = original;
  return {
    ...original,
    label: plain(label),
    ...(description !== undefined && { description: plain(description) }),
    ...(detail !== undefined && { detail: plain(detail) }),
    ...(buttons && { buttons: buttons.map(shownButton) }),
    original,
  };
}

function shownButton(button: vscode.QuickInputButton): vscode.QuickInputButton {
  return button.tooltip === undefined ? button : { ...button, tooltip: plain(button.tooltip) };
}

/** Lets the person choose an item of a list. */
export async function pickItem<Item extends vscode.QuickPickItem>(
  items: readonly Item[] | Promise<readonly Item[]>,
  { title = '', placeHolder = '', ...options }: vscode.QuickPickOptions,
): Promise<Item | undefined> {
  const shown = Promise.resolve(items).then((all) => all.map(shownItem));
  const picked = await vscode.window.showQuickPick(shown, {
    ...options,
    title: plain(title),
    placeHolder: plain(placeHolder),
  });
  return picked?.original;
}

/** A list that changes while it is open, or whose items have buttons. */
export class Picker<Item extends vscode.QuickPickItem> implements vscode.Disposable {
  readonly #list = vscode.window.createQuickPick<Shown<Item>>();

  constructor({
    title,
    placeholder,
    matchOnDetails = false,
  }: {
    readonly title: string;
    readonly placeholder: string;
    /** Whether typing also searches descriptions and details. */
    readonly matchOnDetails?: boolean;
  }) {
    this.#list.title = plain(title);
    this.#list.placeholder = plain(placeholder);
    this.#list.matchOnDescription = matchOnDetails;
    this.#list.matchOnDetail = matchOnDetails;
  }

  set items(items: readonly Item[]) {
    this.#list.items = items.map(shownItem);
  }

  /** Replaces the items; an item that stays keeps the focus. */
  fill(items: readonly Item[]): void {
    const active = this.#list.activeItems[0]?.original;
    this.items = items;
    const kept = this.#list.items.filter(({ original }) => original === active);
    if (kept.length > 0) this.#list.activeItems = kept;
  }

  /** Whether more items are to come. */
  set busy(busy: boolean) {
    this.#list.busy = busy;
  }

  /** What the person typed. */
  get value(): string {
    return this.#list.value;
  }

  get selected(): Item | undefined {
    return this.#list.selectedItems[0]?.original;
  }

  onDidChangeValue(listener: () => void): void {
    this.#list.onDidChangeValue(listener);
  }

  onDidAccept(listener: () => void): void {
    this.#list.onDidAccept(listener);
  }

  onDidHide(listener: () => void): void {
    this.#list.onDidHide(listener);
  }

  /** Calls back with the item and the place of its pressed button. */
  onDidPress(listener: (item: Item, button: number) => void): void {
    this.#list.onDidTriggerItemButton(({ item, button }) => {
      listener(item.original, item.buttons?.indexOf(button) ?? -1);
    });
  }

  show(): void {
    this.#list.show();
  }

  hide(): void {
    this.#list.hide();
  }

  dispose(): void {
    this.#list.dispose();
  }
}

interface Question {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  readonly placeHolder?: string;
  /** Shows dots instead of the text, and stays open while the person copies it elsewhere. */
  readonly password?: boolean;
  /** Why a text is not allowed; undefined if it is. */
  readonly problemOf: (text: string) => string | undefined;
}

/** Asks for a text; undefined when the person cancels. */
export function askForText({
  title,
  prompt,
  value = '',
  placeHolder = '',
  password = false,
  problemOf,
}: Question): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: plain(title),
    prompt: plain(prompt),
    value,
    placeHolder: plain(placeHolder),
    password,
    ignoreFocusOut: password,
    validateInput: (text) => {
      const problem = problemOf(text);
      return problem === undefined ? undefined : plain(problem);
    },
  });
}

/** A link of the extension's own in a hover: its title, and a command of this extension. */
export type HoverLink = readonly [title: string, command: string];

/** Lines of text, and below them links that run commands. */
export function hover(
  lines: readonly string[],
  links: readonly HoverLink[],
): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: links.map(([, command]) => command) };
  for (const line of lines) text.appendText(plainInHover(line)).appendMarkdown('\n\n');
  return text.appendMarkdown(
    links.map(([title, command]) => `[${title}](command:${command})`).join(' · '),
  );
}

interface StatusItem {
  readonly id: string;
  readonly priority: number;
  readonly command: string;
  /** For menus. */
  readonly name: string;
}

/** An item of the status bar: an icon, and a text after it. */
export class StatusBarEntry implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor({ id, priority, command, name }: StatusItem) {
    const side = vscode.StatusBarAlignment.Right;
    this.#item = vscode.window.createStatusBarItem(id, side, priority);
    this.#item.command = command;
    this.#item.name = plain(name);
    this.#item.show();
  }

  /** @param icon the name of a product icon */
  draw(icon: string, text: string, tooltip: string | vscode.MarkdownString): void {
    this.#item.text = `$(${icon}) ${plain(text)}`;
    this.#item.tooltip = typeof tooltip === 'string' ? plain(tooltip) : tooltip;
  }

  set failed(failed: boolean) {
    this.#item.backgroundColor = failed
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : undefined;
  }

  get text(): string {
    return this.#item.text;
  }

  dispose(): void {
    this.#item.dispose();
  }
}

/** An error at a place of a document. */
export function errorAt(range: vscode.Range, message: string): vscode.Diagnostic {
  const severity = vscode.DiagnosticSeverity.Error;
  const problem = new vscode.Diagnostic(range, plain(message), severity);
  problem.source = 'Transfer Q⋆';
  return problem;
}

/** A code lens that runs a command. */
export function lens(range: vscode.Range, { title, ...command }: vscode.Command): vscode.CodeLens {
  return new vscode.CodeLens(range, { title: plain(title), ...command });
}

/** An action of the light bulb's menu. */
export function codeAction(title: string, kind: vscode.CodeActionKind): vscode.CodeAction {
  return new vscode.CodeAction(plain(title), kind);
}

/** Opens a webview in a tab. */
export function openTab(
  viewType: string,
  title: string,
  column: vscode.ViewColumn,
): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(viewType, plain(title), column);
}
