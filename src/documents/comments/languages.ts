import { type LanguageRegistration } from '@shikijs/core';

/** How a language writes comments. Longer signs come first. */
export interface CommentSyntax {
  /** Signs that begin a comment to the end of the line. */
  readonly line: readonly string[];
  /** Signs around a comment, and whether it is a docstring. */
  readonly block: readonly (readonly [open: string, close: string])[];
}

export interface CommentLanguage extends CommentSyntax {
  /** The name of the TextMate grammar. */
  readonly grammar: string;
  readonly load: () => Promise<{ readonly default: LanguageRegistration[] }>;
}

type Loader = CommentLanguage['load'];

const slashes: CommentSyntax = {
  line: ['///', '//!', '//'],
  block: [
    ['/**', '*/'],
    ['/*!', '*/'],
    ['/*', '*/'],
  ],
};
const hash: CommentSyntax = { line: ['##', "#'", '#:', '#'], block: [] };
const dashes: CommentSyntax = { line: ['---', '--'], block: [] };
const slashesAndHash: CommentSyntax = { line: [...slashes.line, '#'], block: slashes.block };
const withBlocks = (
  syntax: CommentSyntax,
  ...block: readonly (readonly [string, string])[]
): CommentSyntax => ({ line: syntax.line, block });

const language = (grammar: string, syntax: CommentSyntax, load: Loader): CommentLanguage => ({
  grammar,
  ...syntax,
  load,
});

const javascript = language('javascript', slashes, () => import('@shikijs/langs/javascript'));
const proto = language('proto', slashes, () => import('@shikijs/langs/proto'));
const cpp = language('cpp', slashes, () => import('@shikijs/langs/cpp'));
const ini = language('ini', { line: [';', '#'], block: [] }, () => import('@shikijs/langs/ini'));

/** Languages with comments, by the language id of VS Code. */
export const commentLanguages: ReadonlyMap<string, CommentLanguage> = new Map(
  Object.entries({
    javascript,
    javascriptreact: language('jsx', slashes, () => import('@shikijs/langs/jsx')),
    typescript: language('typescript', slashes, () => import('@shikijs/langs/typescript')),
    typescriptreact: language('tsx', slashes, () => import('@shikijs/langs/tsx')),
    python: language(
      'python',
      withBlocks(hash, ['"""', '"""'], ["'''", "'''"]),
      () => import('@shikijs/langs/python'),
    ),
    java: language('java', slashes, () => import('@shikijs/langs/java')),
    c: language('c', slashes, () => import('@shikijs/langs/c')),
    cpp,
    'cuda-cpp': cpp,
    csharp: language('csharp', slashes, () => import('@shikijs/langs/csharp')),
    go: language('go', slashes, () => import('@shikijs/langs/go')),
    rust: language('rust', slashes, () => import('@shikijs/langs/rust')),
    ruby: language(
      'ruby',
      withBlocks(hash, ['=begin', '=end']),
      () => import('@shikijs/langs/ruby'),
    ),
    php: language('php', slashesAndHash, () => import('@shikijs/langs/php')),
    swift: language('swift', slashes, () => import('@shikijs/langs/swift')),
    kotlin: language('kotlin', slashes, () => import('@shikijs/langs/kotlin')),
    scala: language('scala', slashes, () => import('@shikijs/langs/scala')),
    dart: language('dart', slashes, () => import('@shikijs/langs/dart')),
    groovy: language('groovy', slashes, () => import('@shikijs/langs/groovy')),
    'objective-c': language('objective-c', slashes, () => import('@shikijs/langs/objective-c')),
    zig: language('zig', slashes, () => import('@shikijs/langs/zig')),
    fsharp: language(
      'fsharp',
      withBlocks(slashes, ['(*', '*)']),
      () => import('@shikijs/langs/fsharp'),
    ),
    proto,
    proto3: proto,
    shellscript: language('shellscript', hash, () => import('@shikijs/langs/shellscript')),
    powershell: language(
      'powershell',
      withBlocks(hash, ['<#', '#>']),
      () => import('@shikijs/langs/powershell'),
    ),
    sql: language('sql', withBlocks(dashes, ['/*', '*/']), () => import('@shikijs/langs/sql')),
    lua: language(
      'lua',
      withBlocks(dashes, ['--[[', ']]'], ['--[==[', ']==]']),
      () => import('@shikijs/langs/lua'),
    ),
    haskell: language(
      'haskell',
      withBlocks({ line: ['-- |', '-- ^', '--'], block: [] }, ['{-|', '-}'], ['{-', '-}']),
      () => import('@shikijs/langs/haskell'),
    ),
    perl: language('perl', hash, () => import('@shikijs/langs/perl')),
    r: language('r', hash, () => import('@shikijs/langs/r')),
    julia: language('julia', withBlocks(hash, ['#=', '=#']), () => import('@shikijs/langs/julia')),
    elixir: language('elixir', hash, () => import('@shikijs/langs/elixir')),
    clojure: language(
      'clojure',
      { line: [';;;;', ';;;', ';;', ';'], block: [] },
      () => import('@shikijs/langs/clojure'),
    ),
    vb: language('vb', { line: ["'''", "'"], block: [] }, () => import('@shikijs/langs/vb')),
    css: language(
      'css',
      withBlocks({ line: [], block: [] }, ...slashes.block),
      () => import('@shikijs/langs/css'),
    ),
    scss: language('scss', slashes, () => import('@shikijs/langs/scss')),
    less: language('less', slashes, () => import('@shikijs/langs/less')),
    jsonc: language('jsonc', slashes, () => import('@shikijs/langs/jsonc')),
    yaml: language('yaml', hash, () => import('@shikijs/langs/yaml')),
    dockercompose: language('yaml', hash, () => import('@shikijs/langs/yaml')),
    toml: language('toml', hash, () => import('@shikijs/langs/toml')),
    ini,
    properties: ini,
    dockerfile: language('docker', hash, () => import('@shikijs/langs/docker')),
    makefile: language('make', hash, () => import('@shikijs/langs/make')),
    cmake: language('cmake', withBlocks(hash, ['#[[', ']]']), () => import('@shikijs/langs/cmake')),
    terraform: language('terraform', slashesAndHash, () => import('@shikijs/langs/terraform')),
    graphql: language('graphql', hash, () => import('@shikijs/langs/graphql')),
  }),
);
