const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));
const blanks = ['\u0120', '\u010A'];
/** A vocabulary of letters, for small byte-level tokenizers. */
export const words = [...letters, ...blanks];
/** Control tokens of ChatML, and Llama's end; their ids follow those of the words. */
export const controls = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '</s>'];
export const first = words.length;
export const [endOfText, imStart, imEnd, endOfSentence] = controls.map((_, i) => first + i) as [
  number,
  number,
  number,
  number,
];
export const chatMl =
  "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
export const hello = [{ role: 'user', content: 'Hi' }] as const;

export type Json = Readonly<Record<string, unknown>>;
