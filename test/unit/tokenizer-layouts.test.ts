import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenizerFromFolder } from '../../src/engine/models/tokenizer/folder-tokenizer.ts';
import { tokenizerFromGguf } from '../../src/engine/models/tokenizer/gguf-tokenizer.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import {
  digest,
  digestAt,
  layoutsFile,
  reference,
  sentencePieceJson,
  shippedMetadata,
} from './token-reference.ts';

interface Layout {
  readonly vocabulary: 'sentencepiece' | 'shipped';
  readonly parts: Readonly<Record<string, unknown>>;
  /** Digests of the ids of each string, and of their text. */
  readonly ids: string;
  readonly texts: string;
}

const layouts = JSON.parse(readFileSync(layoutsFile, 'utf8')) as Record<string, Layout>;

/** The shipped vocabulary as in a folder. */
async function shippedJson(): Promise<Record<string, unknown>> {
  const metadata = await shippedMetadata();
  const tokens = metadata.get('tokenizer.ggml.tokens') as string[];
  const types = metadata.get('tokenizer.ggml.token_type') as number[];
  const merges = metadata.get('tokenizer.ggml.merges') as string[];
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  const control = tokens.flatMap((content, id) =>
    types[id] === 3 ? [{ id, content, special: true, ...flags }] : [],
  );
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  return { added_tokens: control, model: { type: 'BPE', vocab, merges } };
}

function assertGives(tokenizer: TextTokenizer, { ids, texts }: Layout): void {
  reference.strings.forEach((text, at) => {
    const found = tokenizer.encode(text);
    assert.equal(digest(found), digestAt(ids, at), JSON.stringify(text));
    const decoded = tokenizer.decode(found, { skipSpecial: true });
    assert.equal(digest([decoded]), digestAt(texts, at), JSON.stringify(text));
  });
}

describe('tokenizers of the families give the same ids and texts as Python', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'layout-'));
  });

  after(() => rm(folder, { recursive: true }));

  for (const [name, layout] of Object.entries(layouts)) {
    it(`${name}, from a folder`, async () => {
      const base = layout.vocabulary === 'shipped' ? await shippedJson() : { ...sentencePieceJson };
      const json = JSON.stringify({ ...base, ...layout.parts });
      await writeFile(join(folder, 'tokenizer.json'), json);
      assertGives(await tokenizerFromFolder(folder), layout);
    });
  }

  it('gemma, from a GGUF, with a SentencePiece that adds no space before the text', () => {
    const { model, added_tokens: added } = sentencePieceJson;
    const tokens = Object.entries(model.vocab)
      .sort(([, a], [, b]) => a - b)
      .map(([token]) => token);
    const types = tokens.map((token) => {
      const own = added.find(({ content }) => content === token);
      if (own) return own.special ? (token === '<unk>' ? 2 : 3) : 4;
      return /^<0x..>$/.test(token) ? 6 : 1;
    });
    const metadata = new Map<string, unknown>([
      ['tokenizer.ggml.model', 'llama'],
      ['tokenizer.ggml.tokens', tokens],
      ['tokenizer.ggml.token_type', types],
      ['tokenizer.ggml.scores', tokens.map((_, id) => -id)],
      ['tokenizer.ggml.bos_token_id', 1],
      ['tokenizer.ggml.eos_token_id', 2],
      ['tokenizer.ggml.unknown_token_id', 0],
      ['tokenizer.ggml.add_bos_token', true],
      ['tokenizer.ggml.add_space_prefix', false],
    ]);
    assertGives(tokenizerFromGguf(metadata), layouts['gemma']!);
  });
});
