/** Quoted lines of a mail, folded: what is quoted was said before, and stands in an entry of its own. */

/** So many quoted lines together are shown: an answer between them needs its question. */
const SHOWN_MAX = 6

export const folded = (text: string): string => {
  const shown: Array<string> = []
  let quoted: Array<string> = []
  const end = () => {
    shown.push(...(quoted.length <= SHOWN_MAX ? quoted : [`… ${quoted.length} quoted lines are not shown here …`]))
    quoted = []
  }
  for (const line of text.split("\n")) {
    if (line.startsWith(">")) quoted.push(line)
    else {
      end()
      shown.push(line)
    }
  }
  end()
  return shown.join("\n")
}
