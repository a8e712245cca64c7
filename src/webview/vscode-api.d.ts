/** Returns the API for messages to the extension host; a webview can call it only once. */
declare function acquireVsCodeApi<Message, State>(): {
  postMessage(message: Message): void;
  setState(state: State): void;
  getState(): State | undefined;
};
