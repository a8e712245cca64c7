/** A chat template of a model family, for models whose files have none. */
export interface NamedTemplate {
  readonly name: string;
  /** Jinja source. */
  readonly source: string;
  /** A tokenizer with these tokens fits. */
  readonly tokens: readonly string[];
}

/** For models that were trained without system messages: before the first message, as Gemma 2. */
const systemFirst =
  "{% if messages[0]['role'] == 'system' %}" +
  "{% set lead = messages[0]['content'] | trim + '\\n\\n' %}{% set rest = messages[1:] %}" +
  "{% else %}{% set lead = '' %}{% set rest = messages %}{% endif %}";

/** The specific ones first, because the tokens of some templates are also in others. */
export const namedTemplates: readonly NamedTemplate[] = [
  {
    name: 'chatml',
    tokens: ['<|im_start|>', '<|im_end|>'],
    source:
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' " +
      "+ message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
  },
  {
    name: 'llama3',
    tokens: ['<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
    source:
      "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] " +
      "+ '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}" +
      '{% endif %}',
  },
  {
    name: 'gemma',
    tokens: ['<start_of_turn>', '<end_of_turn>'],
    source:
      `{{ bos_token }}${systemFirst}{% for message in rest %}` +
      "{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}" +
      "{{ '<start_of_turn>' + role + '\\n' + (lead if loop.first else '') " +
      "+ message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}",
  },
  {
    name: 'phi3',
    tokens: ['<|user|>', '<|assistant|>', '<|end|>'],
    source:
      "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] " +
      "+ '<|end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}",
  },
  {
    name: 'zephyr',
    tokens: ['<|user|>', '<|assistant|>'],
    source:
      "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] " +
      "+ eos_token + '\\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}",
  },
  {
    name: 'mistral',
    tokens: ['[INST]', '[/INST]'],
    source:
      `{{ bos_token }}${systemFirst}{% for message in rest %}` +
      "{% if message['role'] == 'user' %}" +
      "{{ '[INST] ' + (lead if loop.first else '') + message['content'] + ' [/INST]' }}" +
      "{% else %}{{ ' ' + message['content'] | trim + eos_token }}{% endif %}{% endfor %}",
  },
];
