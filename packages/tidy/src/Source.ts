/** A TypeScript or JavaScript file, read just far enough to judge what it imports, says and remarks. */
import { parseSync, Visitor } from "oxc-parser"

export interface Source {
  /** From the top of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Every module named: static, dynamic and type imports, re-exports, and `new URL("./x.ts", import.meta.url)`. */
  readonly imports: ReadonlyArray<string>
  readonly comments: ReadonlyArray<Passage>
  /** String and template literals; `${}` stands for what is put into a template. */
  readonly strings: ReadonlyArray<Passage>
}

export interface Passage {
  readonly line: number
  readonly text: string
}

export const isSource = (path: string): boolean => /\.(ts|tsx|mts|mjs|js)$/.test(path)

export const parse = (path: string, text: string): Source => {
  const { program, module, comments, errors } = parseSync(path, text)
  if (errors[0] !== undefined) throw new Error(`${path} does not parse: ${errors[0].message}`)

  const imports = new Set<string>(module.staticImports.map((found) => found.moduleRequest.value))
  for (const { moduleRequest } of module.staticExports.flatMap((found) => found.entries)) {
    if (moduleRequest) imports.add(moduleRequest.value)
  }
  const strings: Array<Passage> = []
  const passage = (start: number, said: string): Passage => ({ line: lineAt(text, start), text: said })
  const literal = (node: { readonly type: string; readonly value?: unknown } | undefined) => {
    if (node?.type === "Literal" && typeof node.value === "string") imports.add(node.value)
  }
  new Visitor({
    TSImportType: (node) => literal(node.source),
    ImportExpression: (node) => literal(node.source),
    NewExpression: (node) => {
      const [path, base] = node.arguments
      if (node.callee.type === "Identifier" && node.callee.name === "URL" && base?.type === "MemberExpression") {
        literal(path)
      }
    },
    Literal: (node) => {
      if (typeof node.value === "string") strings.push(passage(node.start, node.value))
    },
    TemplateLiteral: (node) => {
      strings.push(passage(node.start, node.quasis.map((quasi) => quasi.value.raw).join("${}")))
    }
  }).visit(program)

  return { path, text, imports: [...imports], comments: comments.map((it) => passage(it.start, it.value)), strings }
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length
