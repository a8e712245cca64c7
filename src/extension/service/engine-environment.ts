/** The extension host's environment without the variables that change how Node starts. */
export function engineEnvironment(env: NodeJS.ProcessEnv, storeFolder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(VSCODE_|NODE_OPTIONS$)/u.test(name));
  const store = storeFolder === '' ? {} : { TQSTAR_STORE: storeFolder };
  return { ...Object.fromEntries(kept), ...store, ELECTRON_RUN_AS_NODE: '1' };
}
