import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What a folder must not import: protocol <- engine / extension / cli / webview. */
function boundary(folder, forbidden, ignores = []) {
  return {
    files: [`src/${folder}/**/*.ts`],
    ignores,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: forbidden.map(([regex, message]) => ({ regex, message })),
        },
      ],
    },
  };
}

const toEngine = ['/engine(/|$)', 'Talk to the engine process through src/protocol.'];
const toExtension = ['/extension(/|$)', 'Only the extension host imports src/extension.'];
const toCli = ['/cli(/|$)', 'Only the command line imports src/cli.'];
const toWebview = ['/webview(/|$)', 'Only the panel imports src/webview.'];
const vscodeModule = ['^vscode$', 'The vscode module exists in the extension host only.'];
const ort = ['^onnxruntime', 'Inference runs in the engine process only.'];
const waiting = [
  '^(?:node:)?fs$',
  'The extension host never waits for the disk; use node:fs/promises.',
];
const transformers = ['^@huggingface/', 'Models are read in the engine process only.'];

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'test/fixtures',
      '.cache',
      '.vscode-test',
      'models/*',
      '!models/recipes',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  boundary('protocol', [toEngine, toExtension, toCli, toWebview, vscodeModule, ort, transformers]),
  boundary('engine', [toExtension, toCli, toWebview, vscodeModule], ['src/engine/decoding/**']),
  boundary('engine/decoding', [
    toExtension,
    toCli,
    toWebview,
    vscodeModule,
    ort,
    transformers,
    [
      '\\.\\./(policy|reward|models|evaluation)/',
      'Decoding is pure over the interfaces Policy and Reward.',
    ],
  ]),
  boundary('client', [toEngine, toExtension, toCli, toWebview, vscodeModule, ort, transformers]),
  boundary('cli', [toEngine, toExtension, toWebview, vscodeModule, ort, transformers]),
  boundary('extension', [toEngine, toCli, toWebview, ort, transformers, waiting]),
  {
    files: ['src/extension/**/*.ts', 'src/client/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportSpecifier[imported.name=/^(?:exec|execFile|spawn)Sync$/]',
          message: 'The extension host never waits for a program.',
        },
      ],
    },
  },
  boundary('webview', [toEngine, toExtension, toCli, vscodeModule, ort, transformers]),
);
