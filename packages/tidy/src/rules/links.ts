/** Links between the pages of the repository lead somewhere. */
import { posix } from "node:path"
import type { Rule, Tree } from "../Tree.ts"

export const links: Rule = {
  promise: "relative links in Markdown lead to a file and a heading that are there",
  problems: (tree) =>
    [...tree.files]
      .filter(([path]) => path.endsWith(".md"))
      .flatMap(([path, text]) =>
        targets(text)
          .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
          .flatMap((target) => {
            const [file = "", heading] = target.split("#")
            const found = file === "" ? path : posix.join(posix.dirname(path), decodeURI(file))
            if (!isThere(tree, found)) return [`${path}: ${target} leads nowhere`]
            if (heading === undefined || !found.endsWith(".md")) return []
            return headings(tree.files.get(found) ?? "").includes(heading)
              ? []
              : [`${path}: ${target}: there is no such heading`]
          })
      )
}

const withoutCode = (text: string): string => text.replace(/^(```|~~~)[^]*?^\1/gm, "").replace(/`[^`\n]*`/g, "")

const targets = (text: string): ReadonlyArray<string> => {
  const prose = withoutCode(text)
  return [...prose.matchAll(/\]\(<?([^)\s>]+)/g), ...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)].flatMap(
    (it) => it[1] ?? []
  )
}

const isThere = ({ files }: Tree, path: string): boolean => {
  const folder = path === "." ? "" : path.replace(/\/?$/, "/")
  return files.has(path) || [...files.keys()].some((file) => file.startsWith(folder))
}

/** The ids that pages are given for their headings. */
const headings = (text: string): ReadonlyArray<string> => {
  const counts = new Map<string, number>()
  return [...text.replace(/^(```|~~~)[^]*?^\1/gm, "").matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)].map(([, title = ""]) => {
    const id = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-")
    const before = counts.get(id) ?? 0
    counts.set(id, before + 1)
    return before === 0 ? id : `${id}-${before}`
  })
}
