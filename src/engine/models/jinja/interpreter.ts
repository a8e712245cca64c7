import { Expressions } from './expressions.ts';
import { globals } from './globals.ts';
import type { Body, CallBlockNode, ForNode, Name, Node, SetNode } from './nodes.ts';
import { str } from './printing.ts';
import { LoopControl, loopOf, requireArguments, Scope } from './scope.ts';
import {
  isTrue,
  items,
  Namespace,
  TemplateError,
  Tuple,
  type Callable,
  type Value,
} from './values.ts';

/** A loop makes a scope and the value `loop` each time. */
const stepsPerLoop = 10;

/** What a block has written so far. */
interface Written {
  text: string;
}

/** Renders a template once, as Jinja's sandbox does. */
export class Interpreter {
  readonly #expressions = new Expressions();

  /** @throws TemplateError for what Python refuses, or too much work */
  render(template: Body, variables: ReadonlyMap<string, Value>): string {
    const scope = new Scope();
    for (const [name, value] of Object.entries(globals)) scope.set(name, value);
    for (const [name, value] of variables) scope.set(name, value);
    return this.#block(template, scope);
  }

  #block(body: Body, scope: Scope): string {
    const written: Written = { text: '' };
    this.#write(body, scope, written);
    this.#expressions.spend(written.text);
    return written.text;
  }

  /** Adds to `written` piece by piece: what stands before a `break` stays. */
  #write(body: Body, scope: Scope, written: Written): void {
    for (const node of body) this.#statement(node, scope, written);
  }

  #statement(node: Node, scope: Scope, written: Written): void {
    switch (node.type) {
      case 'Comment':
        return;
      case 'Break':
      case 'Continue':
        throw new LoopControl(node.type);
      case 'If': {
        const holds = isTrue(this.#expressions.value(node.test, scope));
        this.#write(holds ? node.body : node.alternate, scope, written);
        return;
      }
      case 'For':
        this.#loop(node, scope, written);
        return;
      case 'Set':
        this.#assign(node.assignee, this.#assigned(node, scope), scope);
        return;
      case 'Macro':
        scope.set(node.name.value, this.#macro(node.name.value, node.args, node.body, scope));
        return;
      case 'CallStatement':
        written.text += str(this.#callBlock(node, scope));
        return;
      case 'FilterStatement': {
        const values = this.#withValues(node.filter, scope);
        if (values) {
          this.#write(node.body, values, written);
          return;
        }
        const text = this.#block(node.body, new Scope(scope));
        written.text += str(this.#expressions.filtered(text, node.filter, scope));
        return;
      }
      default:
        written.text += str(this.#expressions.value(node, scope));
    }
  }

  /** The scope of a `with` block, which the parser gets as a filter; undefined for a filter. */
  #withValues(filter: Node, outer: Scope): Scope | undefined {
    if (filter.type !== 'CallExpression') return undefined;
    if (filter.callee.type !== 'Identifier' || filter.callee.value !== 'with') return undefined;
    const scope = new Scope(outer);
    const { positional, named } = this.#expressions.arguments(filter.args, outer);
    if (positional.length > 0) throw new TemplateError('with takes names and their values');
    for (const [name, value] of named) scope.set(name, value);
    return scope;
  }

  #assigned({ assignee: target, value, body }: SetNode, scope: Scope): Value {
    if (value) return this.#expressions.value(value, scope);
    const text = this.#block(body, new Scope(scope));
    // The library reads the filters of a `set` block as part of its target.
    return target.type === 'FilterExpression' ? this.#filterChain(target, text, scope) : text;
  }

  #filterChain(node: Node, text: string, scope: Scope): Value {
    if (node.type !== 'FilterExpression') return text;
    return this.#expressions.filtered(
      this.#filterChain(node.operand, text, scope),
      node.filter,
      scope,
    );
  }

  #assign(target: Node, value: Value, scope: Scope): void {
    switch (target.type) {
      case 'Identifier':
        scope.set(target.value, value);
        return;
      case 'FilterExpression':
        this.#assign(target.operand, value, scope);
        return;
      case 'TupleLiteral': {
        const parts = items(value);
        if (parts.length !== target.value.length) {
          throw new TemplateError(
            `${parts.length} values cannot be unpacked into ${target.value.length}`,
          );
        }
        for (const [index, each] of target.value.entries()) this.#assign(each, parts[index], scope);
        return;
      }
      case 'MemberExpression': {
        const space = this.#expressions.value(target.object, scope);
        if (!(space instanceof Namespace) || target.property.type !== 'Identifier') {
          throw new TemplateError('cannot assign attribute on non-namespace object');
        }
        space.entries.set(target.property.value, value);
        return;
      }
      default:
        throw new TemplateError(`cannot assign to ${target.type}`);
    }
  }

  #loop({ loopvar, iterable, body, defaultBlock }: ForNode, outer: Scope, written: Written): void {
    const [source, test] =
      iterable.type === 'SelectExpression' ? [iterable.lhs, iterable.test] : [iterable, undefined];
    const all = items(this.#expressions.value(source, outer));
    const chosen = all.filter((value) => {
      if (test === undefined) return true;
      const scope = new Scope(outer);
      this.#assign(loopvar, value, scope);
      return isTrue(this.#expressions.value(test, scope));
    });
    if (chosen.length === 0) this.#write(defaultBlock, outer, written);
    const changes: { last?: string } = {};
    for (const [index, value] of chosen.entries()) {
      const scope = new Scope(outer);
      scope.set('loop', loopOf(chosen, index, changes));
      this.#assign(loopvar, value, scope);
      try {
        this.#write(body, scope, written);
      } catch (control) {
        if (!(control instanceof LoopControl)) throw control;
        if (control.kind === 'Break') break;
      }
      this.#expressions.spend(null, stepsPerLoop);
    }
  }

  #macro(name: string, parameters: Body, body: Body, defined: Scope): Callable {
    const source = JSON.stringify(body);
    return ({ positional, named }) => {
      const scope = new Scope(defined);
      const rest = new Map(named);
      const names = parameters.map((each) =>
        each.type === 'KeywordArgumentExpression' ? each.key.value : (each as Name).value,
      );
      for (const [index, parameter] of parameters.entries()) {
        const own = names[index]!;
        const given = index < positional.length ? positional[index] : rest.get(own);
        const missing = index >= positional.length && !rest.delete(own);
        const value =
          missing && parameter.type === 'KeywordArgumentExpression'
            ? this.#expressions.value(parameter.value, scope)
            : given;
        scope.set(own, value);
      }
      scope.set('caller', rest.get('caller'));
      rest.delete('caller');
      scope.set('varargs', Tuple.from(positional.slice(parameters.length)));
      scope.set('kwargs', new Map<Value, Value>(rest));
      requireArguments(name, source, positional.length > parameters.length, rest);
      return this.#block(body, scope);
    };
  }

  #callBlock({ call, callerArgs, body }: CallBlockNode, scope: Scope): Value {
    const { positional, named } = this.#expressions.arguments(call.args, scope);
    const caller = this.#macro('caller', callerArgs ?? [], body, scope);
    return this.#expressions.call(
      call.callee,
      { positional, named: new Map([...named, ['caller', caller]]) },
      scope,
    );
  }
}
