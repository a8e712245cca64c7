import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The table of CONTRIBUTING.md: what each folder of src may import besides itself. A folder's own
 * subfolders are rooms of their own where they are listed.
 */
export const rooms = {
  protocol: [],
  decoding: ['protocol'],
  documents: ['protocol'],
  facts: ['protocol'],
  rewriting: ['protocol', 'documents', 'facts'],
  client: ['protocol'],
  cli: ['protocol', 'client'],
  'cli/parser': ['protocol'],
  extension: ['protocol', 'client', 'webview/*/messages.ts'],
  'webview/panel': ['protocol', 'webview/*.*'],
  'webview/report': ['protocol', 'webview/*.*'],
  'engine/limits': ['protocol'],
  'engine/models': ['protocol', 'engine/limits'],
  'engine/runtime': ['protocol', 'decoding', 'engine/limits', 'engine/models'],
  'engine/policy': ['protocol', 'decoding', 'engine/models', 'engine/runtime'],
  'engine/store': ['protocol', 'engine/limits', 'engine/models'],
  'engine/remote': ['protocol', 'decoding', 'engine/models'],
  'engine/reward/*.ts': ['protocol', 'decoding', 'engine/limits'],
  'engine/reward/text': ['protocol', 'facts', 'decoding', 'engine/reward/*.ts'],
  'engine/reward/script': ['protocol', 'decoding', 'engine/reward/*.ts', 'engine/reward/text'],
  'engine/reward/model': [
    ...['protocol', 'decoding', 'engine/reward/*.ts', 'engine/reward/text'],
    ...['engine/limits', 'engine/models', 'engine/runtime'],
  ],
  'engine/reward/catalogue': ['protocol', 'decoding', 'engine/reward'],
  'engine/device': ['protocol', 'engine/models', 'engine/runtime'],
  'engine/library': [
    ...['protocol', 'decoding', 'engine/limits', 'engine/models', 'engine/runtime'],
    ...['engine/policy', 'engine/reward', 'engine/store', 'engine/device', 'engine/remote'],
  ],
  'engine/requests': [
    ...['protocol', 'decoding', 'rewriting', 'engine/models', 'engine/runtime', 'engine/policy'],
    ...['engine/remote', 'engine/reward', 'engine/store', 'engine/library'],
  ],
  'engine/exports': ['engine'],
  evaluation: ['protocol', 'decoding', 'client', 'cli/parser', 'engine/exports/evaluation.ts'],
  bench: [
    ...['protocol', 'decoding', 'client', 'cli/parser', 'evaluation', 'engine/exports/bench.ts'],
    ...['documents', 'facts', 'rewriting'],
  ],
};

/** Packages that a room must not import. */
const vscodeModule = ['^vscode$', 'The vscode module exists in the extension host only.'];
const ort = ['^onnxruntime', 'Inference runs in the engine process only.'];
const transformers = ['^@huggingface/', 'Models are read in the engine process only.'];
const waiting = [
  '^(?:node:)?fs$',
  'The extension host never waits for the disk; use node:fs/promises.',
];
const packages = {
  protocol: [vscodeModule, ort, transformers],
  decoding: [['^(?!\\.|pure-rand(?:/|$))', 'Decoding is pure: it imports pure-rand alone.']],
  client: [vscodeModule, ort, transformers],
  cli: [vscodeModule, ort, transformers],
  engine: [vscodeModule],
  evaluation: [vscodeModule],
  bench: [vscodeModule],
  extension: [ort, transformers, waiting],
  webview: [vscodeModule, ort, transformers, ['^node:', 'The panel runs in a browser.']],
};

const waitingForPrograms = [
  {
    selector: 'ImportSpecifier[imported.name=/^(?:exec|execFile|spawn)Sync$/]',
    message: 'The extension host never waits for a program.',
  },
];

/** What shows a text in the editor and may take a part of it for a link, a command or an icon. */
const messageCalls = [
  'show(?:Information|Warning|Error)Message',
  'withProgress|withScmProgress|setStatusBarMessage',
  'showQuickPick|createQuickPick|showWorkspaceFolderPick|showInputBox|createInputBox',
  'createStatusBarItem|createLanguageStatusItem|createTreeView|registerTreeDataProvider',
  'registerHoverProvider|registerInlayHintsProvider|registerCompletionItemProvider',
  'registerDocumentLinkProvider|registerTerminalLinkProvider|registerUriHandler',
  'createTerminal|createWebviewPanel|registerWebviewViewProvider|registerFileDecorationProvider',
  'MarkdownString|Hover|TreeItem|InlayHint|InlayHintLabelPart|CompletionItem|MarkdownText',
  'Diagnostic|DiagnosticRelatedInformation|CodeLens|CodeAction|DocumentLink|StatusBarItem',
].join('|');

const plainMessage = 'Use src/extension/editor-messages.ts, which makes every text plain.';

/** Ways to name one of these members of the module vscode; types may be named. */
const unplainMessages = [
  `MemberExpression[property.name=/^(?:${messageCalls})$/]`,
  `MemberExpression[property.value=/^(?:${messageCalls})$/]`,
  `ObjectPattern > Property[key.name=/^(?:${messageCalls})$/]`,
  `ImportDeclaration[importKind!="type"] > ImportSpecifier[importKind!="type"][imported.name=/^(?:${messageCalls})$/]`,
  'Property[key.name="hoverMessage"]',
].map((selector) => ({ selector, message: plainMessage }));

const asGlob = (path) => (path.includes('.') ? `./src/${path}` : `./src/${path}/**/*`);

/** The files of a room may import nothing of src but what the table says. */
function zone([room, allowed]) {
  const kept = [room, ...allowed];
  return {
    target: asGlob(room),
    from: './src/**/*',
    except: kept.map((path) => `**/${asGlob(path).slice(2)}`),
    message: `src/${room} may import ${allowed.join(', ') || 'nothing of ours'} (see CONTRIBUTING.md).`,
  };
}

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
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      eqeqeq: 'error',
      // Prettier wraps code, not comments.
      'max-len': [
        'error',
        { code: 1000, comments: 100, ignoreUrls: true, ignoreRegExpLiterals: true },
      ],
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    rules: { 'import-x/no-duplicates': ['error', { 'prefer-inline': true }] },
  },
  {
    files: ['src/**/*.ts'],
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts'],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: Object.entries(rooms).map(zone) }],
    },
  },
  ...Object.entries(packages).map(([room, forbidden]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: forbidden.map(([regex, message]) => ({ regex, message })) },
      ],
    },
  })),
  {
    files: ['src/extension/**/*.ts', 'src/client/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...waitingForPrograms] },
  },
  {
    files: ['src/extension/**/*.ts'],
    ignores: ['src/extension/editor-messages.ts'],
    rules: { 'no-restricted-syntax': ['error', ...waitingForPrograms, ...unplainMessages] },
  },
);
