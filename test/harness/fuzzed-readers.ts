import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ThreadCount } from '../../src/engine/library/thread-count.ts';
import { openAdapter } from '../../src/engine/models/adapter.ts';
import { readManifest } from '../../src/engine/models/manifest.ts';
import { openModel } from '../../src/engine/models/open-model.ts';
import { openSafetensors } from '../../src/engine/models/safetensors.ts';
import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { ModelStore } from '../../src/engine/store/model-store.ts';
import { RunFolder } from '../../src/evaluation/run/folder.ts';
import { Journal } from '../../src/evaluation/run/journal.ts';
import { responseSchema } from '../../src/evaluation/run/response.ts';
import { openSuite } from '../../src/evaluation/suites/open-suite.ts';
import { readPrompts } from '../../src/evaluation/suites/prompts.ts';
import { ReportFaultError, readReport } from '../../src/extension/evaluation/read-report.ts';
import {
  FramingError,
  MessageError,
  StrictMessageReader,
} from '../../src/protocol/message-reader.ts';
import { presetSchema } from '../../src/protocol/rewriting.ts';
import { TqError } from '../../src/protocol/errors.ts';
import { fixture } from '../unit/model-folder.ts';

/** A reader of one file, which the fuzzer gives mutations of valid content. */
export interface FuzzedReader {
  readonly name: string;
  /** Writes what the reader needs besides the file; called once. */
  readonly prepare?: (folder: string) => void;
  readonly valid: readonly (string | Buffer)[];
  /** Reads the content, in the folder; must resolve or throw a refusal. */
  readonly read: (content: Buffer, folder: string) => Promise<void>;
}

const text = (name: string, file: string): string => readFileSync(fixture(name, file), 'utf8');

/** Whether an error is a sentence for a person. */
export function isRefusal(error: unknown): boolean {
  return error instanceof TqError || error instanceof ReportFaultError;
}

/** A value that settings have; content that is not JSON is no such value. */
function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return content.toString('utf8');
  }
}

/** Files that a reader finds in its folder, replaced before each call. */
function fromFolder(
  name: string,
  file: string,
  valid: readonly (string | Buffer)[],
  read: (folder: string) => Promise<void>,
  prepare: (folder: string) => void = () => undefined,
): FuzzedReader {
  return {
    name,
    valid,
    prepare,
    read: async (content, folder) => {
      await writeFile(join(folder, file), content);
      await read(folder);
    },
  };
}

const words = Object.fromEntries(Array.from({ length: 20 }, (_, id) => [`w${id}`, id]));
const endToken = { id: 19, content: 'w19', special: true, normalized: false, single_word: false };
const wordTokenizer = JSON.stringify({
  added_tokens: [{ ...endToken, lstrip: false, rstrip: false }],
  normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Strip' }] },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [{ type: 'Digits', individual_digits: true }, { type: 'WhitespaceSplit' }],
  },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: 'w1', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { w1: { id: 'w1', ids: [1], tokens: ['w1'] } },
  },
  decoder: { type: 'Sequence', decoders: [{ type: 'Fuse' }, { type: 'ByteFallback' }] },
  model: { type: 'WordLevel', vocab: words, unk_token: 'w0' },
});
const pairTokenizer = JSON.stringify({
  added_tokens: [],
  normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '_' },
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2, '\u0120': 3 }, merges: ['a b'] },
});
const pieceTokenizer = JSON.stringify({
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'first' },
  post_processor: null,
  decoder: { type: 'Metaspace', replacement: '\u2581' },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['\u2581a', -1.5],
      ['b', -2],
    ],
  },
});
const tokenizerConfig = JSON.stringify({
  ...{ add_bos_token: true, bos_token: 'w1', eos_token: { content: 'w19' } },
  added_tokens_decoder: { 19: { content: 'w19', special: true } },
  chat_template: '{% for m in messages %}{{ m.role }}{{ m.content }}{% endfor %}',
});

/** Uses a tokenizer in each way that a request does. */
function useTokenizer(tokenizer: TextTokenizer): void {
  const ids = tokenizer.encode('w2 w3 ab\u00e4 12 ');
  tokenizer.decode([...ids, 0, 3, 4000], { skipSpecial: true });
  const stream = tokenizer.stream();
  for (const id of [0, 2, 19]) stream.push(id);
  stream.end();
  for (const id of [0, 19, 25]) tokenizer.tokenText(id);
  if (!tokenizer.hasChatTemplate) return;
  const message = { role: 'user', content: 'w4' } as const;
  tokenizer.applyChatTemplate([message], { addGenerationPrompt: true });
}

const tokenizerOf = async (folder: string): Promise<void> => {
  useTokenizer(await tokenizerFromFolder(folder));
};

const openAndClose = async (path: string): Promise<void> => {
  const model = await openModel(path);
  await model.close();
};

const sha256 = 'a'.repeat(64);
const storeEntry = JSON.stringify({
  version: 1,
  ...{ id: 'a--b', kind: 'language-model', title: 't', licence: 'MIT', source: 's' },
  ...{ family: 'llama', format: 'GGUF', weights: 1 },
  files: [{ path: 'model.gguf', size: 3, sha256 }],
});
const manifest = JSON.stringify({
  models: [
    {
      ...{ id: 'm', kind: 'language-model', title: 't', licence: 'MIT', source: 's' },
      files: [{ path: 'm/model.gguf', size: 3, sha256 }],
    },
  ],
});
const sum = JSON.stringify({
  ...{ id: 'mine', type: 'sum', normalise: true, clamp: [0, 1] },
  parts: [
    { reward: 'length:share=0.5', weight: 1, clamp: [0, 1] },
    { reward: { id: 'c', type: 'constraint', reward: 'concision', atLeast: 0.5 }, weight: 0.5 },
  ],
});
const guide = JSON.stringify({
  ...{ id: 'guide', type: 'style-guide', avoid: ['very'] },
  prefer: [{ instead: 'utilise', use: 'use' }],
});
const rewards = [sum, guide];
const suite = JSON.stringify({
  title: 'Mine',
  setups: [
    {
      ...{ id: 'one', baseline: 'b', reward: 'length', prompts: ['Say hello.'] },
      ...{ methods: ['sft', 'tq'], options: { alpha: 0.5, k: 3 } },
    },
  ],
});
const prompts =
  '{"prompt":"Say hello.","draft":"Hi.","system":"s","raw":false}\n{"prompt":"Go."}\n';
const threads = JSON.stringify({
  machine: 'cpu, 4 threads, ONNX Runtime x',
  times: [{ threads: 1, milliseconds: 9.5 }],
  busy: { why: 'load', measuredAt: 7 },
});
const journal = '{"key":"a","score":0.5}\n{"key":"b","kind":"tq","text":"Hello.","stop":"eos"}\n';
const settings = '{"suite":"paper","alpha":0.5,"n":20,"judge":null}\n';

const message = '{"jsonrpc":"2.0","id":1,"method":"score","params":{"requestId":"a"}}';
const frame = `Content-Length: ${message.length}\r\n\r\n${message}`;

/** Reads a stream of messages in two pieces; an error other than a refusal is thrown. */
async function readFrames(content: Buffer): Promise<void> {
  const input = new PassThrough();
  const reader = new StrictMessageReader(input);
  const failures: Error[] = [];
  reader.onError((error) => failures.push(error));
  reader.listen(() => undefined);
  input.write(content.subarray(0, content.length >> 1));
  input.end(content.subarray(content.length >> 1));
  await new Promise((resolve) => input.once('close', resolve));
  const other = failures.find(
    (error) => !(error instanceof FramingError) && !(error instanceof MessageError),
  );
  if (other) throw other;
}

async function readRun(folder: string): Promise<void> {
  const lines = await Journal.open(join(folder, 'responses.jsonl'));
  try {
    for await (const line of lines.read()) responseSchema.safeParse(line);
  } finally {
    await lines.close();
  }
}

const config = 'config.json';
const weights = 'model.safetensors';
const copyOf = (from: string, to: string) => (folder: string) => {
  writeFileSync(join(folder, to), readFileSync(from));
};

const families = ['llama-grouped', 'gemma3-local-global', 'qwen3-biases-yarn', 'gpt-neox-parallel'];
const tokenizerFile = (folder: string): void => {
  writeFileSync(join(folder, 'tokenizer.json'), wordTokenizer);
};
const headerOf = (text: string): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([length, Buffer.from(text), Buffer.alloc(16)]);
};

/** Every file that people or other programs write and that the product reads. */
export const fuzzedReaders: readonly FuzzedReader[] = [
  ...families.map((name) =>
    fromFolder(
      `config.json of ${name}`,
      config,
      [text(name, config)],
      openAndClose,
      copyOf(fixture(name, weights), weights),
    ),
  ),
  fromFolder(
    'tokenizer.json',
    'tokenizer.json',
    [wordTokenizer, pairTokenizer, pieceTokenizer],
    tokenizerOf,
  ),
  fromFolder(
    'tokenizer_config.json',
    'tokenizer_config.json',
    [tokenizerConfig],
    tokenizerOf,
    tokenizerFile,
  ),
  fromFolder(
    'special_tokens_map.json',
    'special_tokens_map.json',
    ['{"bos_token":"w1","eos_token":{"content":"w19","lstrip":false},"pad_token":null}'],
    tokenizerOf,
    tokenizerFile,
  ),
  fromFolder(
    'generation_config.json',
    'generation_config.json',
    ['{"eos_token_id":[19,3],"bos_token_id":1,"temperature":0.6}', '{"eos_token_id":2}'],
    tokenizerOf,
    tokenizerFile,
  ),
  fromFolder(
    'chat_template.jinja',
    'chat_template.jinja',
    [
      "{% for m in messages %}{% if m.role == 'user' %}{{ bos_token + m.content | trim }}{% endif %}{% endfor %}",
    ],
    tokenizerOf,
    tokenizerFile,
  ),
  fromFolder(
    'a safetensors header',
    weights,
    [
      headerOf(
        '{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"__metadata__":{"f":"pt"}}',
      ),
    ],
    async (folder) => {
      await (await openSafetensors(join(folder, weights))).close();
    },
  ),
  fromFolder(
    'a shard index',
    'model.safetensors.index.json',
    ['{"metadata":{"total_size":16},"weight_map":{"a":"a.safetensors","b":"b.safetensors"}}'],
    async (folder) => {
      await (await openSafetensors(folder)).close();
    },
    (folder) => {
      for (const name of ['a', 'b']) {
        const header = `{"${name}":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}`;
        writeFileSync(join(folder, `${name}.safetensors`), headerOf(header));
      }
    },
  ),
  fromFolder(
    'a GGUF file',
    'model.gguf',
    [readFileSync(fixture('gguf-llama-biases', 'model.gguf')).subarray(0, 12_000)],
    (folder) => openAndClose(join(folder, 'model.gguf')),
  ),
  fromFolder(
    'adapter_config.json',
    'adapter_config.json',
    ['lora-policy', 'lora-qwen3-patterns'].map((name) => text(name, 'adapter_config.json')),
    async (folder) => {
      await (await openAdapter(folder)).close();
    },
    copyOf(fixture('lora-policy', 'adapter_model.safetensors'), 'adapter_model.safetensors'),
  ),
  fromFolder('the manifest of shipped models', 'manifest.json', [manifest], async (folder) => {
    await readManifest(folder);
  }),
  fromFolder(
    'an entry of the store',
    'a--b/tqstar-model.json',
    [storeEntry],
    async (folder) => {
      await new ModelStore(folder).list();
    },
    (folder) => {
      mkdirSync(join(folder, 'a--b'));
    },
  ),
  fromFolder('a reward definition', 'reward.json', rewards, async (folder) => {
    await createReward(join(folder, 'reward.json'), { modelsFolder: folder, baseFolder: folder });
  }),
  {
    name: 'a reward in settings',
    valid: rewards,
    read: async (content, folder) => {
      await createReward(parsed(content), { modelsFolder: folder, baseFolder: folder });
    },
  },
  fromFolder(
    'a suite',
    'mine.json',
    [suite],
    async (folder) => {
      const choices = { modelsFolder: folder, implicitBaselineReward: false };
      await openSuite({ ...choices, suite: join(folder, 'mine.json') });
    },
    (folder) => {
      writeFileSync(join(folder, 'manifest.json'), '{"models":[]}');
    },
  ),
  fromFolder('prompts of a suite', 'p.jsonl', [prompts], async (folder) => {
    const file = join(folder, 'p.jsonl');
    await readPrompts({ kind: 'lines', name: 'p.jsonl', file }, undefined, 5);
  }),
  {
    name: 'a preset',
    valid: ['{"id":"p","instruction":"Be brief","reward":"length","length":[0.2,0.9]}'],
    read: (content) => Promise.resolve(void presetSchema.safeParse(parsed(content))),
  },
  fromFolder('threads.json', 'threads.json', [threads], async (folder) => {
    const machine = { processor: () => Promise.resolve('cpu'), load: () => 0, now: () => 0 };
    const { threads: count } = await new ThreadCount(
      join(folder, 'threads.json'),
      {},
      4,
      machine,
    ).known();
    if (!Number.isInteger(count) || count < 1) throw new Error(`${count} threads`);
  }),
  fromFolder('the journal of an evaluation', 'responses.jsonl', [journal], readRun),
  fromFolder('the settings of an evaluation', 'settings.json', [settings], async (folder) => {
    const given = JSON.parse(settings) as Record<string, unknown>;
    await (await RunFolder.open(folder, given, () => undefined)).close();
  }),
  fromFolder(
    'report.json',
    'report.json',
    [readFileSync(join(import.meta.dirname, '../fixtures/evaluation-report/report.json'))],
    async (folder) => {
      const size = async (path: string): Promise<number | undefined> =>
        stat(join(folder, path)).then(
          (found) => found.size,
          () => undefined,
        );
      await readReport({ size, read: (path) => readFile(join(folder, path)) });
    },
  ),
  { name: 'a stream of messages', valid: [frame + frame], read: readFrames },
];
