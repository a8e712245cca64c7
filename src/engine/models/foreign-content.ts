/** How files start that people take for a model's, and what to do about each. */
const kinds: readonly (readonly [starts: RegExp | readonly string[], what: string])[] = [
  [
    /^version https:\/\/git-lfs\./u,
    'is a Git LFS pointer instead of the file; run "git lfs pull" where it was cloned, or download the file itself',
  ],
  [
    /^(?:\.\.\/)+blobs\/[0-9a-f]{40}/u,
    'is a link of the Hugging Face cache that was copied as text; copy the cache with its links (cp -a), or download the model again',
  ],
  [/^(?:lmgg|fmgg|tjgg)/u, 'is a GGML file, which came before GGUF; convert the model to GGUF'],
  [
    /^algg/u,
    'is a LoRA adapter for GGML, which came before GGUF; use the adapter as PEFT saved it',
  ],
  [/^GGUF/u, 'is a GGUF file; name it .gguf and give its path'],
  [/^.{7}\0\{"/su, 'is a safetensors file; give the folder with it and its config.json'],
  [
    ['PK\u0003\u0004', '\u0080\u0002', '\u0080\u0003', '\u0080\u0004', '\u0080\u0005'],
    'is a pickle or NumPy archive, which is never read; convert the model to safetensors or GGUF',
  ],
  [['\u0089HDF'], 'is an HDF5 file of Keras; convert the model to safetensors or GGUF'],
  [/^\s*<(?:!doctype html|html)/iu, 'is a web page; download the file itself'],
  [['\u001F\u008B'], 'is compressed with gzip; decompress it first'],
  [/^$/u, 'is empty; download it again'],
];

/** The number of bytes that `foreignContent` needs of a file. */
export const tellingBytes = 60;

/** Names a file of another kind by its first bytes: continues a sentence about it. */
export function foreignContent(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, tellingBytes)).toString('latin1');
  return kinds.find(([starts]) =>
    starts instanceof RegExp ? starts.test(start) : starts.some((each) => start.startsWith(each)),
  )?.[1];
}
