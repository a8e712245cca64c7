import { parse } from '@unified-latex/unified-latex-util-parse';
import { z } from 'zod';

const nodeSchema = z.looseObject({ type: z.string() });
const listSchema = z.array(nodeSchema);

/** Prose and the space between it. */
const proseNodes = new Set(['string', 'whitespace']);
/** Nodes whose content is kept whole. */
const wholeNodes = new Set(['inlinemath', 'displaymath', 'mathenv', 'verb', 'verbatim', 'comment']);
/** Commands with keys, names or addresses as arguments. */
const keyed = /cite|ref$|label|url|href|input|include|usepackage|documentclass/u;

/**
 * The commands, environments, formulas, comments and paragraphs of a LaTeX document, sorted: a
 * rewrite may cite in another order.
 */
export function latexStructure(source: string): string[] {
  return structureOf(JSON.parse(JSON.stringify(parse(source)))).sort();
}

function structureOf(node: unknown): string[] {
  const list = listSchema.safeParse(node);
  if (list.success) return list.data.flatMap(structureOf);
  const { data } = nodeSchema.safeParse(node);
  if (!data || proseNodes.has(data.type)) return [];
  if (wholeNodes.has(data.type)) return [JSON.stringify(data, withoutPlaces)];
  const { type, content, args, env } = data;
  const name = typeof content === 'string' ? content : '';
  if (type === 'macro' && keyed.test(name)) return [JSON.stringify(data, withoutPlaces)];
  const argumentsOf = z.array(z.looseObject({ content: z.unknown() })).safeParse(args);
  return [
    [type, name, typeof env === 'string' ? env : ''].join(' ').trim(),
    ...structureOf(content),
    ...(argumentsOf.data ?? []).flatMap((each) => structureOf(each.content)),
  ];
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'position' || key === '_renderInfo' ? undefined : value;
}
