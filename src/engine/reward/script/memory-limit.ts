/** Most memory of a script's process, with Node's own. */
export const maxMemoryBytes = 2 ** 30;
