/**
 * The variable that says on which descriptor the engine reads more variables, as a JSON object of
 * strings that ends with the pipe. Without it the engine has those that it was started with.
 */
export const environmentVariable = 'TQSTAR_ENVIRONMENT_DESCRIPTOR';

/** The descriptor that our own client uses. */
export const environmentDescriptor = 3;
