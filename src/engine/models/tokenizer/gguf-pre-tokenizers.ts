import { gpt2Words } from './exact-pipeline.ts';
import { byteLevel, isolate, type PipelineNode } from './tokenizer-json.ts';

/** How text is split before byte-level BPE, for one value of `tokenizer.ggml.pre`. */
export interface PreTokenizerKind {
  /** Steps in order; those after `byteLevel` work on GPT-2's byte alphabet. */
  readonly steps: readonly PipelineNode[];
  /** Normalises the text first (Unicode NFC). */
  readonly composes?: true;
  /** A word that is one token is not merged from pieces. */
  readonly ignoresMerges?: true;
  /** Adds a begin token unless the file says otherwise. */
  readonly addsBegin?: true;
}

const tail = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
// (?i:...) with the one letter outside ASCII, U+017F, that folds to an s.
const contractions = "'(?:[sS\\u017F]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
const lead = '[^\\r\\n\\p{L}\\p{N}]?';
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';

/** The split of OpenAI's cl100k and its descendants; `digits` is the digits part. */
const cl100k = (digits: string) =>
  `${contractions}|${lead}\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${tail}`;

/** The split of o200k: also splits words where lower case meets upper case. */
const o200k = (digits: string, contraction: string) =>
  `${lead}${upper}*${lower}+${contraction}|${lead}${upper}+${lower}*${contraction}|${digits}` +
  `| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${tail}`;

const gpt2: PreTokenizerKind = { steps: [isolate(gpt2Words), byteLevel] };
const digitsThenGpt2: PreTokenizerKind = {
  steps: [isolate('\\p{N}'), isolate(gpt2Words), byteLevel],
};
const llama3Cut = [isolate(cl100k('\\p{N}{1,3}')), byteLevel];
const llama3: PreTokenizerKind = { steps: llama3Cut, ignoresMerges: true, addsBegin: true };
const cl100kPlain: PreTokenizerKind = { steps: llama3Cut };
const qwen2Cut = [isolate(cl100k('\\p{N}')), byteLevel];
const qwen2: PreTokenizerKind = { steps: qwen2Cut, composes: true };
const qwen35: PreTokenizerKind = {
  steps: [
    isolate(
      `${contractions}|${lead}[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${tail}`,
    ),
    byteLevel,
  ],
  composes: true,
};
const tekken: PreTokenizerKind = {
  steps: [isolate(o200k('\\p{N}', '')), byteLevel],
  ignoresMerges: true,
  addsBegin: true,
};
const gpt4o: PreTokenizerKind = {
  steps: [isolate(o200k('\\p{N}{1,3}', `(?:${contractions})?`)), byteLevel],
};
const deepseekCoder: PreTokenizerKind = {
  steps: [
    isolate('[\\r\\n]'),
    isolate('\\s?\\p{L}+'),
    isolate('\\s?\\p{P}+'),
    isolate('[\\u4E00-\\u9FA5\\u0800-\\u4E00\\uAC00-\\uD7FF]+'),
    isolate('\\p{N}'),
    byteLevel,
  ],
};
const deepseekV3: PreTokenizerKind = {
  steps: [
    isolate('\\p{N}{1,3}'),
    isolate('[\\u4E00-\\u9FA5\\u3040-\\u309F\\u30A0-\\u30FF]+'),
    isolate(
      '[\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E][A-Za-z]+' +
        '|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*' +
        `|${tail}`,
    ),
    byteLevel,
  ],
};
const falcon: PreTokenizerKind = {
  steps: [
    isolate('[\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E]+'),
    isolate(gpt2Words),
    byteLevel,
    isolate('\\p{N}+'),
    isolate('[0-9][0-9][0-9]'),
  ],
};
/** llama.cpp's default for a file that names no pre-tokenizer. */
const unnamed: PreTokenizerKind = {
  steps: [
    isolate('[\\p{P}\\u0024\\u002B\\u003C-\\u003E\\u005E\\u007C\\u007E]+'),
    isolate(gpt2Words),
    isolate('\\p{N}+'),
    isolate('[0-9][0-9][0-9]'),
    byteLevel,
  ],
};

/** Pre-tokenizers by `tokenizer.ggml.pre`, with the names of llama.cpp's converter. */
export const ggufPreTokenizers: ReadonlyMap<string, PreTokenizerKind> = new Map([
  ...named(gpt2, 'gpt-2', 'phi-2', 'mpt', 'olmo', 'jais', 'exaone4', 'trillion', 'mellum'),
  ...named(gpt2, 'granite-docling'),
  ...named(digitsThenGpt2, 'smollm', 'starcoder', 'refact', 'codeshell', 'exaone', 'minerva-7b'),
  ...named({ ...digitsThenGpt2, composes: true }, 'command-r'),
  ...named(llama3, 'llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'pixtral', 'lfm2'),
  ...named({ steps: llama3Cut, ignoresMerges: true }, 'smaug-bpe'),
  ...named(cl100kPlain, 'dbrx', 'chatglm-bpe', 'glm4'),
  ...named(qwen2, 'qwen2', 'deepseek-r1-qwen', 'megrez'),
  ...named({ steps: qwen2Cut }, 'stablelm2'),
  ...named(qwen35, 'qwen35'),
  ...named(tekken, 'tekken'),
  ...named(gpt4o, 'gpt-4o', 'llama4', 'kanana2'),
  ...named(deepseekCoder, 'deepseek-coder'),
  ...named(deepseekV3, 'deepseek-v3', 'hunyuan-dense'),
  ...named(falcon, 'falcon'),
  ...named(unnamed, 'default'),
]);

function named(kind: PreTokenizerKind, ...names: readonly string[]) {
  return names.map((name): [string, PreTokenizerKind] => [name, kind]);
}
