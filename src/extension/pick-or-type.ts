import type * as vscode from 'vscode';
import { Picker } from './editor-messages.ts';

interface PickOrType<Item extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly Item[];
  /** Item for a typed text that is no item's label; the text is trimmed and not empty. */
  readonly typedItem: (text: string) => Item;
  /** Whether Enter takes the typed text rather than the first item that matches it. */
  readonly preferTyped: boolean;
}

/**
 * Shows a list in which the person can also type another text.
 * @returns the chosen item; undefined when the person closed the list
 */
export function pickOrType<Item extends vscode.QuickPickItem>({
  title,
  placeholder,
  items,
  typedItem,
  preferTyped,
}: PickOrType<Item>): Promise<Item | undefined> {
  const pick = new Picker<Item>({ title, placeholder });
  const typed = (): Item | undefined => {
    const text = pick.value.trim();
    if (text === '') return undefined;
    return items.find(({ label }) => label === text) ?? { ...typedItem(text), alwaysShow: true };
  };
  pick.items = items;
  pick.onDidChangeValue(() => {
    const item = typed();
    if (!item || items.includes(item)) pick.items = items;
    else pick.items = preferTyped ? [item, ...items] : [...items, item];
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const item = pick.selected ?? typed();
      if (!item) return;
      resolve(item);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
