/** `model_type` and `general.architecture` of families with layers that keep a recurrent state. */
const recurrent =
  /^(?:lfm2.*|lfm3.*|qwen3_next|qwen3next|qwen3_5.*|qwen35.*|.*mamba.*|falcon[-_]h1|jamba|zamba2?|nemotron_h.*|granite_?hybrid|plamo2|recurrent_gemma|rwkv.*|arwkv.*|kimi[-_]linear|olmo_hybrid|xlstm|minimax|bailing_hybrid)$/u;

/**
 * Whether a family's layers keep a state that sums up all earlier tokens, as Mamba, gated delta
 * nets and short convolutions do. Branches of a text share the keys and values of each position;
 * such a state belongs to the last position alone.
 */
export function isRecurrent(family: unknown): boolean {
  return typeof family === 'string' && recurrent.test(family);
}
