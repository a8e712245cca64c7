import type * as Ast from '@unified-latex/unified-latex-types';
import { type Block, type Markup, type Span } from '../block.ts';
import {
  blockCommands,
  breakCommands,
  fontSwitches,
  pairCommands,
  silentCommands,
  titleCommands,
} from './latex-names.ts';
import { latexCharacter } from './latex-characters.ts';
import {
  argumentsEnd,
  bodyOf,
  captionEnvironments,
  type EnvironmentBody,
} from './latex-environments.ts';
import { type UnitKind } from '../prose-unit.ts';

type Placed = Ast.Node & { readonly start: number; readonly after: number };

const deepest = 200;

/** Gathers the running text of a LaTeX tree as blocks, in the order of the source. */
export class LatexFlow {
  readonly #source: string;
  readonly #theorems: ReadonlySet<string>;
  readonly #blocks: Block[] = [];
  #kind: UnitKind = 'paragraph';
  #words: Span | undefined;
  #markup: Markup[] = [];
  #breaks: Span[] = [];

  /** @param theorems environments that the document declares with \newtheorem */
  constructor(source: string, theorems: ReadonlySet<string>) {
    this.#source = source;
    this.#theorems = theorems;
  }

  /** @returns the blocks of nodes that lie in `start` to `end` */
  read(nodes: readonly Ast.Node[], { start, end }: Span): Block[] {
    this.#flow(nodes, start, end, 0);
    this.#endBlock();
    return this.#blocks;
  }

  #flow(nodes: readonly Ast.Node[], start: number, end: number, depth: number): void {
    if (depth > deepest) return this.#endBlock();
    const placed = this.#place(nodes, start, end);
    for (let index = 0; index < placed.length; index++)
      index += this.#node(placed[index]!, placed.slice(index + 1, index + 20), depth);
  }

  /** Nodes with their place in the source; a node ends where the next begins. */
  #place(nodes: readonly Ast.Node[], start: number, end: number): Placed[] {
    const own = nodes.filter(
      ({ position }) => position && position.start.offset >= start && position.end.offset <= end,
    );
    return own.map((node, index) => ({
      ...node,
      start: node.position!.start.offset,
      after: own[index + 1]?.position?.start.offset ?? end,
    }));
  }

  /** @returns how many of the nodes after it belong to it */
  #node(node: Placed, following: readonly Placed[], depth: number): number {
    const { start } = node;
    const character = latexCharacter(this.#source, start);
    if (character) return this.#character(character, node, following);
    switch (node.type) {
      case 'string':
        this.#grow({ start, end: node.position!.end.offset });
        return 0;
      case 'whitespace':
        return 0;
      case 'comment':
        if (node.suffixParbreak) this.#endBlock();
        else this.#breaks.push({ start, end: node.position!.end.offset });
        return 0;
      case 'inlinemath':
      case 'verb':
        this.#lone({ start, end: node.position!.end.offset });
        return 0;
      case 'group':
        this.#group(node, depth);
        return 0;
      case 'macro':
        return this.#macro(node, following, depth);
      case 'environment':
        this.#environment(node, depth);
        return 0;
      default:
        this.#endBlock();
        return 0;
    }
  }

  /** @returns how many of the nodes after it the character has parts of */
  #character(character: Markup, node: Placed, following: readonly Placed[]): number {
    const outside = following.findIndex(({ start }) => start >= character.end);
    const taken = outside < 0 ? following.length : outside;
    const last = following[taken - 1] ?? node;
    if (character.as === ' ') this.#silent(character);
    else {
      this.#markup.push(character);
      this.#grow({ start: node.start, end: Math.max(character.end, last.position!.end.offset) });
    }
    return taken;
  }

  #group(node: Placed & Ast.Group, depth: number): void {
    const end = node.position!.end.offset;
    const children = this.#place(node.content, node.start, end);
    let first = 0;
    while (isSwitch(children[first]) || (first > 0 && children[first]?.type === 'whitespace'))
      first++;
    const inner = children[first];
    if (!inner) this.#lone({ start: node.start, end });
    else this.#pair({ start: node.start, end }, node.content, inner.start, depth);
  }

  #pair(span: Span, nodes: readonly Ast.Node[], innerStart: number, depth: number): void {
    if (this.#source[span.end - 1] !== '}' || innerStart >= span.end - 1) return this.#lone(span);
    const inner = { start: innerStart, end: span.end - 1 };
    this.#markup.push({ ...span, inner });
    this.#grow(span);
    this.#flow(nodes, inner.start, inner.end, depth + 1);
  }

  #macro(node: Placed & Ast.Macro, following: readonly Placed[], depth: number): number {
    const name = node.content;
    if (name === 'item') return this.#item(node, depth);
    if (titleCommands.has(name)) return this.#title(node, depth);
    const { end, taken } = this.#extent(node, following);
    const span = { start: node.start, end };
    if (breakCommands.has(name)) this.#breaks.push(span);
    else if (blockCommands.has(name)) this.#endBlock();
    else if (silentCommands.has(name)) this.#silent(span);
    else if (pairCommands.has(name) && node.args) this.#command(node, span, depth);
    else this.#lone(span);
    return taken;
  }

  /** A command with its arguments, also those that the parser does not know of. */
  #extent(node: Placed & Ast.Macro, following: readonly Placed[]): { end: number; taken: number } {
    const known = node.args !== undefined && node.args.some(({ openMark }) => openMark !== '');
    let end = known ? this.#trimmedEnd(node) : node.position!.end.offset;
    let taken = 0;
    while (!known && taken < following.length) {
      const next = following[taken]!;
      if (next.start !== end || (next.type !== 'group' && !isText(next, '['))) break;
      const last = next.type === 'group' ? taken : following.findIndex((at) => isText(at, ']'));
      if (last < taken) break;
      taken = last + 1;
      end = following[last]!.position!.end.offset;
    }
    return { end, taken };
  }

  #trimmedEnd({ start, after }: Placed): number {
    let end = after;
    while (end > start && /\s/u.test(this.#source[end - 1]!)) end--;
    return end;
  }

  #command(node: Placed & Ast.Macro, span: Span, depth: number): void {
    const words = node.args!.at(-1);
    const first = words && this.#place(words.content, span.start, span.end)[0];
    if (!words || words.openMark !== '{' || !first) this.#lone(span);
    else this.#pair(span, words.content, first.start, depth);
  }

  /** A title or caption in braces is a block of its own. */
  #title(node: Placed & Ast.Macro, depth: number): number {
    this.#endBlock();
    const end = this.#trimmedEnd(node);
    const words = node.args?.at(-1);
    if (words?.openMark !== '{' || this.#source[end - 1] !== '}') return 0;
    this.#kind = node.content === 'caption' ? 'paragraph' : 'heading';
    this.#flow(words.content, node.start, end - 1, depth + 1);
    this.#endBlock();
    return 0;
  }

  #item(node: Placed & Ast.Macro, depth: number): number {
    this.#endBlock();
    const words = node.args?.at(-1);
    this.#kind = 'item';
    if (words) this.#flow(words.content, node.start, node.after, depth + 1);
    this.#endBlock();
    return 0;
  }

  #environment(node: Placed & Ast.Environment, depth: number): void {
    this.#endBlock();
    const name = typeof node.env === 'string' ? node.env : '';
    const closing = this.#source.lastIndexOf('\\end', node.position!.end.offset);
    if (captionEnvironments.has(name)) this.#captions(node, closing, depth);
    else this.#body(node, bodyOf(name, this.#theorems), closing, depth);
    this.#endBlock();
  }

  #body(
    node: Placed & Ast.Environment,
    body: EnvironmentBody,
    closing: number,
    depth: number,
  ): void {
    if (body === 'none' || (body === 'after arguments' && node.content.some(isCellEnd))) return;
    const start =
      body === 'prose'
        ? node.start
        : argumentsEnd(this.#source, node.start, body === 'after arguments');
    this.#flow(node.content, start, closing, depth + 1);
  }

  #captions(node: Placed & Ast.Environment, closing: number, depth: number): void {
    for (const child of this.#place(node.content, node.start, closing))
      if (child.type === 'macro' && child.content === 'caption') this.#title(child, depth);
      else if (child.type === 'environment') this.#environment(child, depth);
  }

  /** Markup that prints nothing belongs to words only if words stand before and after it. */
  #silent(span: Span): void {
    if (this.#words) this.#markup.push(span);
  }

  #lone(span: Span): void {
    this.#markup.push(span);
    this.#grow(span);
  }

  #grow({ start, end }: Span): void {
    this.#words = {
      start: Math.min(start, this.#words?.start ?? start),
      end: Math.max(end, this.#words?.end ?? end),
    };
  }

  #endBlock(): void {
    const words = this.#words;
    if (words) {
      const inside = ({ start, end }: Span): boolean => start >= words.start && end <= words.end;
      this.#blocks.push({
        ...words,
        kind: this.#kind,
        markup: [...this.#markup.filter(inside), ...quotePairs(this.#source, words, this.#markup)],
        breaks: this.#breaks.filter(inside),
      });
    }
    this.#words = undefined;
    this.#markup = [];
    this.#breaks = [];
    this.#kind = 'paragraph';
  }
}

const isText = (node: Placed, text: string): boolean =>
  node.type === 'string' && node.content === text;

const isCellEnd = (node: Ast.Node): boolean => node.type === 'string' && node.content === '&';

const isSwitch = (node: Placed | undefined): boolean =>
  node?.type === 'macro' && fontSwitches.has(node.content);

/** Quotation marks ``like these'' or `these', outside other markup. */
function quotePairs(source: string, words: Span, markup: readonly Markup[]): Markup[] {
  const text = source.slice(words.start, words.end);
  const found: Markup[] = [];
  for (const { index, 0: quoted } of text.matchAll(
    /``(?:(?!``|''|\n[ \t]*\n)[^\\{}$%]|\\[%&#$_{},; ]){1,400}''/gu,
  )) {
    const [start, end] = [words.start + index, words.start + index + quoted.length];
    if (markup.every((piece) => piece.as !== undefined || piece.end <= start || piece.start >= end))
      found.push({ start, end, inner: { start: start + 2, end: end - 2 } });
  }
  return found;
}
