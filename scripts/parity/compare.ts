import type { DecoderPolicy, TextTokenizer } from '../../src/engine/exports/parity.ts';
import { TqError } from '../../src/protocol/errors.ts';
import { logitsDistance } from './logits.ts';
import type { OwnModel } from './own-model.ts';
import {
  controlTokenDifference,
  promptDifference,
  templateDifference,
  tokensDifference,
} from './text-differences.ts';
import type { Answers } from './reference.ts';
import type { Row, Subject } from './verdict.ts';

/** How far the engine may be from a program. */
interface Tolerance {
  /** Largest difference of a log-probability, in nats. */
  readonly largest: number;
  /** Mean KL divergence, in nats. */
  readonly divergence: number;
  /** A continuation may differ where the likeliest token is before the second by less. */
  readonly margin: number;
}

/** Both compute in fp32; what differs is the order of sums. */
const exact: Tolerance = { largest: 1e-3, divergence: 1e-6, margin: 2e-3 };
/** The program rounds activations to the kind of the weights, which the engine's fp32 does not. */
const rounded: Tolerance = { largest: Infinity, divergence: 0.02, margin: 0.5 };

/** Found differences as a text, or what was compared. */
type Finding = { readonly differs: string } | { readonly equal: string };

/**
 * Compares a model with what another program makes of it, one row a subject.
 * @param wanted subjects to compare; a subject that the program did not answer is not compared
 */
export async function compareModel(
  own: OwnModel | TqError,
  answers: Answers,
  wanted: readonly Subject[],
): Promise<Row[]> {
  const row = openingRow(own, answers);
  if (row || own instanceof TqError) return row ? [row] : [];
  const rows: Row[] = [];
  for (const subject of wanted) rows.push(await subjectRow(own, answers, subject));
  return rows;
}

/** What is there to say where one of the two does not open the model. */
function openingRow(own: OwnModel | TqError, answers: Answers): Row | undefined {
  const { by, error } = answers;
  const row = (verdict: Row['verdict'], found: string): Row => ({
    ...{ subject: 'model', by, verdict, found },
  });
  if (own instanceof TqError) {
    const other = error ?? answers.modelError;
    return other === undefined
      ? row('differs', `the engine refuses it: ${own.message}`)
      : row('not compared', `neither opens it. The engine: ${own.message} The other: ${other}`);
  }
  return error === undefined ? undefined : row('not compared', error);
}

async function subjectRow(own: OwnModel, answers: Answers, subject: Subject): Promise<Row> {
  const { by } = answers;
  const missing =
    answers.missing[subject] ??
    (answers[subject] === undefined ? (answers.modelError ?? 'no answer') : undefined);
  if (missing !== undefined) return { subject, by, verdict: 'not compared', found: missing };
  try {
    const finding = await findings[subject](own, answers);
    return 'differs' in finding
      ? { subject, by, verdict: 'differs', found: finding.differs }
      : { subject, by, verdict: 'equal', found: finding.equal };
  } catch (error) {
    if (!(error instanceof TqError)) throw error;
    return { subject, by, verdict: 'differs', found: `the engine refuses: ${error.message}` };
  }
}

const findings: Readonly<
  Record<Subject, (own: OwnModel, answers: Answers) => Promise<Finding> | Finding>
> = {
  logits: async ({ decoder }, { logits = [], quantised }) => {
    const distance = await logitsDistance(decoder, logits);
    if (typeof distance === 'string') return { differs: distance };
    const { texts, positions, largest, mean, agreement, divergence } = distance;
    const numbers = [
      `max ${largest.toPrecision(2)}`,
      `mean ${mean.toPrecision(2)}`,
      `same likeliest token ${(100 * agreement).toFixed(1)}%`,
      `KL ${divergence.toExponential(1)} nats`,
    ].join(', ');
    const found = `${numbers}; ${texts} texts, ${positions} positions`;
    const allowed = quantised ? rounded : exact;
    const close = largest <= allowed.largest && divergence <= allowed.divergence;
    return close ? { equal: found } : { differs: found };
  },

  tokens: ({ tokenizer }, { tokens = [] }) =>
    finding(tokensDifference(required(tokenizer), tokens), `${tokens.length} strings`),

  template: ({ tokenizer }, { template = [] }) => {
    const own = required(tokenizer);
    return template.length === 0 || !own.hasChatTemplate
      ? presence(own, template.length > 0)
      : finding(templateDifference(own, template), `${template.length} conversations`);
  },

  prompt: ({ tokenizer }, { prompt = [] }) => {
    const own = required(tokenizer);
    return prompt.length === 0 || !own.hasChatTemplate
      ? presence(own, prompt.length > 0)
      : finding(promptDifference(own, prompt), `${prompt.length} prompts`);
  },

  ends: ({ tokenizer }, { ends }) => {
    const { endTokens, turnEnd } = required(tokenizer);
    const own = [...endTokens].sort((a, b) => a - b);
    const lacking = ends!.must.filter((id) => !endTokens.has(id));
    const extra = own.filter((id) => !ends!.may.includes(id));
    const differences = [
      ...(lacking.length > 0 ? [`${lacking.join(', ')} do not end an answer`] : []),
      ...(extra.length > 0 ? [`${extra.join(', ')} end an answer`] : []),
      ...(ends!.closes !== (turnEnd ?? null)
        ? [`an answer is closed by ${turnEnd ?? 'none'}, not ${ends!.closes ?? 'none'}`]
        : []),
    ];
    return finding(
      differences.length > 0 ? differences.join('; ') : undefined,
      `${own.join(', ') || 'none'}; ${turnEnd ?? 'none'} closes an answer`,
    );
  },

  greedy: async ({ decoder }, { greedy = [], quantised }) => {
    const margin = (quantised ? rounded : exact).margin;
    let [tokens, ties] = [0, 0];
    for (const { inputIds, ids, margins } of greedy) {
      const own = await continuation(decoder, inputIds, ids.length);
      const at = ids.findIndex((id, i) => id !== own[i]);
      if (at >= 0 && (margins[at] ?? Infinity) > margin) {
        const where = `token ${at + 1} after ${inputIds.length}`;
        return { differs: `${where} is ${own[at]}, not ${ids[at]}` };
      }
      tokens += at < 0 ? ids.length : at;
      ties += at < 0 ? 0 : 1;
    }
    const upTo = ties > 0 ? `, ${ties} up to a tie` : '';
    return { equal: `${tokens} tokens of ${greedy.length} texts${upTo}` };
  },
};

/** Whether names of control tokens in a prompt are text; the engine alone can tell. */
export function textAsText(own: OwnModel | TqError, wanted: readonly Subject[]): Row[] {
  if (own instanceof TqError || own.tokenizer instanceof TqError) return [];
  if (!own.tokenizer.hasChatTemplate || !wanted.includes('prompt')) return [];
  const difference = controlTokenDifference(own.tokenizer);
  const row = { subject: 'text as text', by: 'the engine' } as const;
  return difference === undefined
    ? [{ ...row, verdict: 'equal', found: 'names of control tokens in a prompt are text' }]
    : [{ ...row, verdict: 'differs', found: difference }];
}

function finding(difference: string | undefined, compared: string): Finding {
  return difference === undefined ? { equal: compared } : { differs: difference };
}

/** Whether only one of the two has a chat template. */
function presence({ hasChatTemplate }: TextTokenizer, expected: boolean): Finding {
  if (hasChatTemplate === expected) return { equal: 'neither has a chat template' };
  return {
    differs: hasChatTemplate
      ? 'the engine has a chat template and the other has none'
      : 'the engine has no chat template and the other has one',
  };
}

/** @throws TqError where the engine has no tokenizer */
function required(tokenizer: TextTokenizer | TqError): TextTokenizer {
  if (tokenizer instanceof TqError) throw tokenizer;
  return tokenizer;
}

/** The likeliest tokens, one after the other; where an answer ends is another subject. */
async function continuation(
  decoder: DecoderPolicy,
  start: readonly number[],
  count: number,
): Promise<number[]> {
  const sequence = await decoder.open(start);
  const ids: number[] = [];
  try {
    while (ids.length < count) {
      const [first] = await sequence.next(1);
      ids.push(first!.token);
      await sequence.commit(first!.token);
    }
  } finally {
    sequence.close();
  }
  return ids;
}
