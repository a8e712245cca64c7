/**
 * Resident bytes of an engine that wrote with the shipped model in int8 and a reward that compares
 * meanings; test/engine/memory.test.ts measures it.
 */
export const shippedEngineMemory = 6e8;
