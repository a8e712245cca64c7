/** The nodes of @huggingface/jinja's syntax tree, which it does not export. */
export type Node =
  | Block
  | { readonly type: 'Comment' | 'Break' | 'Continue' }
  | { readonly type: 'If'; readonly test: Node; readonly body: Body; readonly alternate: Body }
  | ForNode
  | SetNode
  | MacroNode
  | CallBlockNode
  | { readonly type: 'FilterStatement'; readonly filter: FilterName; readonly body: Body }
  | Name
  | CallNode
  | MemberNode
  | { readonly type: 'IntegerLiteral' | 'FloatLiteral'; readonly value: number }
  | { readonly type: 'StringLiteral'; readonly value: string }
  | TupleNode
  | { readonly type: 'ArrayLiteral'; readonly value: Body }
  | { readonly type: 'ObjectLiteral'; readonly value: ReadonlyMap<Node, Node> }
  | BinaryNode
  | { readonly type: 'UnaryExpression'; readonly operator: Operator; readonly argument: Node }
  | FilterNode
  | { readonly type: 'SelectExpression'; readonly lhs: Node; readonly test: Node }
  | TernaryNode
  | KeywordNode
  | { readonly type: 'SpreadExpression' | 'KeywordSpreadExpression'; readonly argument: Node };

export type Body = readonly Node[];
type FilterName = Name | CallNode;

interface Block {
  readonly type: 'Program';
  readonly body: Body;
}

interface Operator {
  readonly value: string;
  /** Which parentheses a comparison or a sum is in; see template-tokens.ts. */
  readonly group?: number;
}

export interface Name {
  readonly type: 'Identifier';
  readonly value: string;
}

export interface ForNode {
  readonly type: 'For';
  readonly loopvar: Node;
  readonly iterable: Node;
  readonly body: Body;
  readonly defaultBlock: Body;
}

export interface SetNode {
  readonly type: 'Set';
  readonly assignee: Node;
  readonly value: Node | null;
  readonly body: Body;
}

export interface MacroNode {
  readonly type: 'Macro';
  readonly name: Name;
  readonly args: Body;
  readonly body: Body;
}

export interface CallBlockNode {
  readonly type: 'CallStatement';
  readonly call: CallNode;
  readonly callerArgs: Body | null;
  readonly body: Body;
}

export interface CallNode {
  readonly type: 'CallExpression';
  readonly callee: Node;
  readonly args: Body;
}

export interface MemberNode {
  readonly type: 'MemberExpression';
  readonly object: Node;
  readonly property: Node | SliceNode;
  readonly computed: boolean;
}

export interface SliceNode {
  readonly type: 'SliceExpression';
  readonly start: Node | undefined;
  readonly stop: Node | undefined;
  readonly step: Node | undefined;
}

interface TupleNode {
  readonly type: 'TupleLiteral';
  readonly value: Body;
}

export interface BinaryNode {
  readonly type: 'BinaryExpression';
  readonly operator: Operator;
  readonly left: Node;
  readonly right: Node;
}

interface FilterNode {
  readonly type: 'FilterExpression';
  readonly operand: Node;
  readonly filter: FilterName;
}

interface TernaryNode {
  readonly type: 'Ternary';
  readonly condition: Node;
  readonly trueExpr: Node;
  readonly falseExpr: Node;
}

export interface KeywordNode {
  readonly type: 'KeywordArgumentExpression';
  readonly key: Name;
  readonly value: Node;
}
