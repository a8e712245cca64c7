/** What VS Code gives a webview to talk to the extension host; it can be asked for once. */
declare function acquireVsCodeApi<Message, State>(): {
  postMessage(message: Message): void;
  setState(state: State): void;
};
