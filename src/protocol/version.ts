/** Version of the engine; kept equal to package.json by a test. */
export const engineVersion = '0.1.0';
