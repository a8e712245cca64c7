/** The host's environment without what would change how a plain node starts. */
export function engineEnvironment(env: NodeJS.ProcessEnv, storeFolder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(VSCODE_|NODE_OPTIONS$)/u.test(name));
  const store = storeFolder === '' ? {} : { TQSTAR_STORE: storeFolder };
  return { ...Object.fromEntries(kept), ...store, ELECTRON_RUN_AS_NODE: '1' };
}
