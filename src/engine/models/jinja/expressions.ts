import { filterNamed } from './applied-filters.ts';
import { attribute, item } from './attributes.ts';
import { chainOf, comparisons, sums, type Chain } from './chains.ts';
import type {
  BinaryNode,
  Body,
  CallNode,
  KeywordNode,
  MemberNode,
  Name,
  Node,
  SliceNode,
} from './nodes.ts';
import { operate, sliceOf, unary } from './operators.ts';
import { str } from './printing.ts';
import type { Scope } from './scope.ts';
import { nothing } from './template-tokens.ts';
import {
  isDict,
  isList,
  isTrue,
  items,
  TemplateError,
  Tuple,
  typeName,
  type Arguments,
  type Value,
} from './values.ts';

/** Steps that a template may take, so that one with nested loops ends. */
const maxSteps = 500_000;

/** Characters and items of a value that cost as much as one step. */
const sizePerStep = 32;

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** Whether a part of a tuple is more than what follows its last comma. */
const isNamed = (node: Node): boolean => node.type !== 'Identifier' || node.value !== nothing;

/** The values of expressions, as Python computes them, in a limited number of steps. */
export class Expressions {
  #steps = 0;

  /** The value of an expression. */
  value(node: Node, scope: Scope): Value {
    const value = this.#evaluate(node, scope);
    this.spend(value);
    return value;
  }

  #evaluate(node: Node, scope: Scope): Value {
    switch (node.type) {
      case 'StringLiteral':
        return node.value;
      case 'IntegerLiteral':
        return BigInt(node.value);
      case 'FloatLiteral':
        return node.value;
      case 'Identifier':
        return constants.has(node.value) ? constants.get(node.value) : scope.get(node.value);
      case 'ArrayLiteral':
        return node.value.map((each) => this.value(each, scope));
      case 'TupleLiteral':
        return Tuple.from(node.value.filter(isNamed).map((each) => this.value(each, scope)));
      case 'ObjectLiteral':
        return new Map(
          [...node.value].map(([key, each]) => [this.value(key, scope), this.value(each, scope)]),
        );
      case 'MemberExpression':
        return this.#member(node, scope);
      case 'CallExpression':
        return this.call(node.callee, this.arguments(node.args, scope), scope);
      case 'FilterExpression':
        return this.filtered(this.value(node.operand, scope), node.filter, scope);
      case 'UnaryExpression':
        return unary(node.operator.value, this.value(node.argument, scope));
      case 'BinaryExpression':
        return this.#binary(node, scope);
      case 'Ternary':
        return this.value(
          isTrue(this.value(node.condition, scope)) ? node.trueExpr : node.falseExpr,
          scope,
        );
      case 'SelectExpression':
        return isTrue(this.value(node.test, scope)) ? this.value(node.lhs, scope) : undefined;
      default:
        throw new TemplateError(`${node.type} is not an expression`);
    }
  }

  #binary(node: BinaryNode, scope: Scope): Value {
    const operator = node.operator.value;
    if (comparisons.has(operator)) return this.#compared(chainOf(node, comparisons), scope);
    if (sums.has(operator)) return this.#sum(chainOf(node, sums), scope);
    const first = this.value(node.left, scope);
    if (operator === 'and') return isTrue(first) ? this.value(node.right, scope) : first;
    if (operator === 'or') return isTrue(first) ? first : this.value(node.right, scope);
    return this.#operate(operator, first, this.value(node.right, scope));
  }

  #operate(operator: string, first: Value, second: Value): Value {
    // An operator may go through all of both.
    this.spend(first);
    this.spend(second);
    return operate(operator, first, second);
  }

  #compared({ first, rest }: Chain, scope: Scope): Value {
    let left = this.value(first, scope);
    let holds: Value = true;
    for (const { operator, operand } of rest) {
      const right = this.value(operand, scope);
      holds = this.#operate(operator, left, right);
      if (!isTrue(holds)) break;
      left = right;
    }
    return holds;
  }

  #sum({ first, rest }: Chain, scope: Scope): Value {
    let term = this.value(first, scope);
    let add = (value: Value): Value => value;
    for (const { operator, operand } of rest) {
      const right = this.value(operand, scope);
      if (operator === '~') term = this.#operate('~', term, right);
      else {
        const total = add(term);
        add = (value) => this.#operate(operator, total, value);
        term = right;
      }
    }
    return add(term);
  }

  #member({ object, property, computed }: MemberNode, scope: Scope): Value {
    const value = this.value(object, scope);
    if (property.type === 'SliceExpression') return this.#slice(value, property, scope);
    if (!computed && property.type === 'Identifier') return attribute(value, property.value);
    return item(value, this.value(property, scope));
  }

  #slice(value: Value, { start, stop, step }: SliceNode, scope: Scope): Value {
    const [from, to, by] = [start, stop, step].map((each) => each && this.value(each, scope));
    return sliceOf(value, from, to, by);
  }

  /** What a call of an expression returns. */
  call(callee: Node, given: Arguments, scope: Scope): Value {
    const called = this.value(callee, scope);
    if (typeof called === 'function') return called(given);
    throw new TemplateError(
      called === undefined
        ? 'an undefined value was called'
        : `'${typeName(called)}' object is not callable`,
    );
  }

  /** A value through a filter. */
  filtered(value: Value, filter: Name | CallNode, scope: Scope): Value {
    this.spend(value);
    if (filter.type === 'Identifier') {
      return filterNamed(filter.value)(value, { positional: [], named: new Map() });
    }
    const name = filter.callee.type === 'Identifier' ? filter.callee.value : '';
    return filterNamed(name)(value, this.arguments(filter.args, scope));
  }

  arguments(nodes: Body, scope: Scope): Arguments {
    const positional: Value[] = [];
    const named = new Map<string, Value>();
    for (const node of nodes) {
      if (node.type === 'SpreadExpression')
        positional.push(...items(this.value(node.argument, scope)));
      else if (node.type === 'KeywordArgumentExpression') this.#named(node, named, scope);
      else if (node.type === 'KeywordSpreadExpression') {
        const table = this.value(node.argument, scope);
        if (!isDict(table)) throw new TemplateError('argument after ** must be a mapping');
        for (const [key, value] of table) named.set(str(key), value);
      } else positional.push(this.value(node, scope));
    }
    return { positional, named };
  }

  #named({ key, value }: KeywordNode, named: Map<string, Value>, scope: Scope): void {
    named.set(key.value, this.value(value, scope));
  }

  /** Counts a step, and more for a long value. @throws TemplateError after too many */
  spend(value: Value, steps = 1): void {
    const size = typeof value === 'string' || isList(value) ? value.length : 0;
    this.#steps += steps + size / sizePerStep;
    if (this.#steps > maxSteps) throw new TemplateError('it takes too many steps');
  }
}
