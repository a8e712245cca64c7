import { TqError } from '../../../protocol/errors.ts';
import { badModel, quoted } from '../malformed.ts';
import { maxTokenId, type PipelineNode, type TokenizerJson } from './tokenizer-json.ts';

const maxDepth = 16;

/** Where a step of type Sequence has its steps. */
const lists = {
  normalizer: 'normalizers',
  pre_tokenizer: 'pretokenizers',
  post_processor: 'processors',
  decoder: 'decoders',
} as const;
type Section = keyof typeof lists;

/**
 * @throws TqError badModel for a step without a type, a sequence without steps, and a vocabulary
 *   that is none
 */
export function requirePipeline(json: TokenizerJson): void {
  requireVocabulary(json.model['vocab']);
  for (const section of Object.keys(lists) as Section[]) {
    const node = json[section];
    if (node !== null) requireNode(node, section, 0);
  }
}

/** Texts with their ids; for Unigram, pairs of text and log probability. */
function requireVocabulary(vocabulary: unknown): void {
  if (Array.isArray(vocabulary)) {
    const wrong = vocabulary.findIndex((piece: unknown) => !isPiece(piece));
    if (wrong < 0) return;
    throw badModel(
      `The model's tokenizer cannot be used: entry ${wrong} of its vocabulary is not a text with a number.`,
    );
  }
  if (typeof vocabulary !== 'object' || vocabulary === null) {
    throw badModel("The model's tokenizer cannot be used: it has no vocabulary.");
  }
  for (const [text, id] of Object.entries(vocabulary as Record<string, unknown>)) {
    if (!Number.isSafeInteger(id) || (id as number) < 0) {
      throw badModel(
        `The model's tokenizer cannot be used: the id of ${quoted(text)} is not an integer of 0 or more.`,
      );
    }
    if ((id as number) > maxTokenId) {
      throw badModel(
        `The tokenizer has the token id ${String(id)}; at most ${maxTokenId} is allowed.`,
      );
    }
  }
}

function isPiece(piece: unknown): boolean {
  return Array.isArray(piece) && typeof piece[0] === 'string' && typeof piece[1] === 'number';
}

function requireNode(node: unknown, section: Section, depth: number): void {
  if (depth > maxDepth) refuse(section, `is nested more than ${maxDepth} levels deep`);
  if (typeof node !== 'object' || node === null || !('type' in node)) {
    return refuse(section, 'has a step without a type');
  }
  const { type, ...settings } = node as PipelineNode;
  if (typeof type !== 'string') return refuse(section, 'has a step whose type is not a text');
  if (type !== 'Sequence') return;
  const steps: unknown = settings[lists[section]];
  if (!Array.isArray(steps))
    return refuse(section, `is a Sequence without a list "${lists[section]}"`);
  for (const step of steps) requireNode(step, section, depth + 1);
}

function refuse(section: Section, what: string): never {
  throw badModel(`The model's tokenizer cannot be used: its ${section} ${what}.`);
}

/** Errors of JavaScript, not of the library: a setting has a value that nobody expected. */
const surprises = [TypeError, RangeError, SyntaxError, ReferenceError];

/** The error for a tokenizer on which the library fails; a sentence of ours stays. */
export function tokenizerError(cause: unknown): TqError {
  if (cause instanceof TqError) return cause;
  const isSurprise = surprises.some((kind) => cause instanceof kind);
  const reason = cause instanceof Error && !isSurprise ? cause.message : undefined;
  return badModel(
    reason === undefined
      ? "The model's tokenizer cannot be used: its files have a missing or wrong setting; download them again."
      : `The model's tokenizer cannot be used: the library reports ${quoted(reason)}.`,
    cause,
  );
}
