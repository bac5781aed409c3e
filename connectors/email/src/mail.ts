/** One fetched message to the Mail that is kept; attachments are left on the server. */
import { Mime } from "@interchannel/connector/mail"
import type { FetchMessageObject, MessageStructureObject } from "imapflow"
import { keyOf, type Mail } from "./wire.ts"

/** Of each message so much is fetched: headers, text, and what stands before the first large attachment. */
export const SOURCE_BYTES_MAX = 256 * 1024
const ATTACHMENTS_MAX = 50
const NAME_LENGTH_MAX = 200

/** What is asked of the server for each message. BODY.PEEK: nothing is marked as seen. */
export const query = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
  source: { start: 0, maxLength: SOURCE_BYTES_MAX }
} as const

interface Place {
  readonly folder: string
  readonly uidValidity: string
}

export const read = async (fetched: FetchMessageObject, place: Place): Promise<Mail> => {
  const { uid, modseq, flags, internalDate, size, source = Buffer.alloc(0) } = fetched
  return {
    ...place,
    uid,
    modseq: modseq === undefined ? undefined : Number(modseq),
    flags: [...(flags ?? [])].sort(),
    receivedAt: new Date(internalDate ?? 0).getTime() || 0,
    bytes: size ?? source.length,
    attachments: attachmentsOf(fetched.bodyStructure),
    ...(await Mime.read(source, `${place.folder} ${keyOf({ ...place, uid })}`))
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** The leaves that are not the text itself, as the server numbers them. */
const attachmentsOf = (root: MessageStructureObject | undefined): Mail["attachments"] => {
  const found: Array<Mail["attachments"][number]> = []
  const walk = (node: MessageStructureObject, depth: number): void => {
    if (depth > Mime.DEPTH_MAX || found.length >= ATTACHMENTS_MAX) return
    const name = node.dispositionParameters?.["filename"] ?? node.parameters?.["name"]
    if (node.childNodes !== undefined && node.type.startsWith("multipart/")) {
      for (const child of node.childNodes) walk(child, depth + 1)
    } else if (node.disposition === "attachment" || name !== undefined || !Mime.textTypes.has(node.type)) {
      found.push({
        part: node.part ?? "1",
        contentType: Mime.clean(node.type),
        name: name === undefined ? undefined : Mime.clean(name.slice(0, NAME_LENGTH_MAX)).trimEnd() || undefined,
        bytes: node.size === undefined ? undefined : Math.max(0, Math.trunc(node.size) || 0)
      })
    }
  }
  if (root !== undefined) walk(root, 0)
  return found
}
