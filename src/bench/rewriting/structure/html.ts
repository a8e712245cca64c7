import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** The text of these elements is no prose. */
const codeElements = new Set(['script', 'style', 'pre', 'code', 'textarea']);

/** The elements of an HTML document without its prose; those between words are sorted. */
export function htmlStructure(source: string): string[] {
  const whole = /<!doctype|<html/iu.test(source);
  return inside(whole ? parse(source) : parseFragment(source), false);
}

function structureOf(node: Node, code: boolean): string[] {
  if ('value' in node) return code ? [node.value] : [];
  if ('data' in node) return [`<!--${node.data}-->`];
  if (!('tagName' in node)) return inside(node, code);
  const name = node.tagName;
  const attributes = node.attrs.map((each) => `${each.name}=${JSON.stringify(each.value)}`);
  const content = 'content' in node ? structureOf(node.content, code) : [];
  const children = inside(node, code || codeElements.has(name));
  return [`<${[name, ...attributes].join(' ')}>`, ...content, ...children, `</${name}>`];
}

function inside(node: Node, code: boolean): string[] {
  if (!('childNodes' in node)) return [];
  const parts = node.childNodes.map((child) => structureOf(child, code));
  const hasWords = node.childNodes.some((each) => 'value' in each && each.value.trim() !== '');
  if (!hasWords) return parts.flat();
  return parts
    .map((part) => part.join(''))
    .filter((part) => part !== '')
    .sort();
}
