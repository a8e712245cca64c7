/** A piece of a file that was cut anywhere, unlike the parts that gguf-split writes. */
export const ggufPiece = /\.gguf[-.](?:split|part)[-.]?\w+$/iu;

/** What a folder without usable weights has instead, and the way on; `$` is the file's name. */
const kinds: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/^models--/u, 'is a cache with several models ($); give the folder of one of them'],
  [
    ggufPiece,
    'has a GGUF file in pieces ($); join them to one file, in order, with cat or copy /b',
  ],
  [/\.gguf$/iu, 'has GGUF files ($); give the path of one of them'],
  [
    /(?:^|\/)openvino_model\.(?:xml|bin)$/iu,
    'is an OpenVINO model ($), which is not supported; use the model as safetensors or GGUF',
  ],
  [
    /(?:^|\/)consolidated[\w.-]*\.(?:safetensors|pth)$|(?:^|\/)params\.json$/iu,
    "has the weights in their maker's own layout ($), which is not supported; use the model as transformers saves it (config.json and model.safetensors), or a GGUF file",
  ],
  [
    /(?:^|\/)training_args\.bin$/iu,
    'has no weights, only what a training wrote ($); use the folder with config.json and model.safetensors',
  ],
  [
    /(?:^|\/)tf_model\.h5$|\.(?:h5|keras|tflite)$|(?:^|\/)saved_model(?:\.pb)?$/iu,
    'is a TensorFlow model ($), which is not supported; use the model as safetensors or GGUF',
  ],
  [
    /\.msgpack$/iu,
    'is a Flax model ($), which is not supported; use the model as safetensors or GGUF',
  ],
  [/\.npz$/iu, 'is an MLX model ($), which is not supported; use the model that it was made from'],
  [
    /\.(?:mlmodel|mlpackage|mlmodelc)$/iu,
    'is a Core ML model ($), which is not supported; use the model as safetensors or GGUF',
  ],
  [
    /\.safetensors\.index\.[\w-]+\.json$|\.(?:fp16|bf16|fp32)\.safetensors$/iu,
    'has a variant of the weights ($); name it model.safetensors, or download the file of that name',
  ],
  [
    /-\d{5}-of-\d{5}\.safetensors$/iu,
    'has a part of the weights ($) without their list; download model.safetensors.index.json as well',
  ],
  [
    /\.safetensors$/iu,
    'has no model.safetensors but $; rename that file if it has the whole model',
  ],
  [
    /\.onnx(?:_data)?$|(?:^|\/)onnx$/iu,
    'is an ONNX model ($), which cannot be used as a language model here; use the model as safetensors or GGUF',
  ],
  [
    /\.(?:incomplete|part|aria2|crdownload)$/iu,
    'is an unfinished download ($); download the model again',
  ],
];

/** Files whose reading can run code, in the order of the best example. */
const pickle = /\.(?:bin|pt|pth|ckpt|pkl|pickle|joblib|ot)$/iu;

/** Whether a file is of a kind that is never read, because opening it can run code. */
export function isPickle(path: string): boolean {
  return pickle.test(path);
}

/**
 * What a folder holds instead of safetensors files; continues a sentence about the folder.
 * Undefined if it has nothing that people take for a model.
 * @param names file names, or paths with / between folders
 */
export function contentInstead(names: readonly string[], folder: string): string | undefined {
  const weights = names.filter((name) => isPickle(name) && !/training_args|openvino/iu.test(name));
  const special = kinds.find(([pattern]) => names.some((name) => pattern.test(name)));
  const plainPickle = weights.filter((name) => !/consolidated/iu.test(name));
  const comesFirst = special && /^(?:has GGUF|is a cache)/u.test(special[1]);
  if (plainPickle.length > 0 && !comesFirst) return pickled(plainPickle, folder);
  if (!special) return undefined;
  const shown = names.filter((name) => special[0].test(name)).sort();
  return special[1].replace('$', () => listed(shown));
}

function listed(names: readonly string[]): string {
  const more = names.length > 3 ? `, and ${names.length - 3} more` : '';
  return names.slice(0, 3).join(', ') + more;
}

function pickled(files: readonly string[], folder: string): string {
  return (
    `stores its weights in pickle files (${files[0]!}), which can run code when opened and are never read; ` +
    `look for safetensors or GGUF files of the model, or convert it ${conversion('AutoModelForCausalLM', folder)}`
  );
}

/** How transformers writes a folder's files again in the format that is read here. */
export function conversion(loader: string, folder: string): string {
  const place = JSON.stringify(folder).replaceAll("'", String.raw`\u0027`);
  return (
    'where transformers is installed: ' +
    `python -c 'from transformers import ${loader} as m; m.from_pretrained(${place}).save_pretrained(${place})'`
  );
}
