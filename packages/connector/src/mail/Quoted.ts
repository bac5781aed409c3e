/** What somebody newly wrote in a mail: without the quoted mails below or between, and without the signature. */

/** Lines that are looked at; a text has been cut to its length before. */
const LINES_MAX = 5_000
/** Mailers break the line that introduces a quotation into so many at most. */
const INTRODUCTION_LINES_MAX = 4

/** The new part of a text; the whole text when nothing else would be left. */
export const strip = (text: string): string => {
  const lines = text.replace(/\r\n?/g, "\n").split("\n").slice(0, LINES_MAX)
  const end = endOfNew(lines)
  const fresh = withoutSignature(lines.slice(0, end).filter((line, index) => !isQuotation(lines, index, line)))
  const kept = fresh
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
  return kept === "" ? text.trim() : kept
}

// ---------------------------------------------------------------------------------------------------------------------

/** Where everything that follows is the earlier mail. */
const endOfNew = (lines: ReadonlyArray<string>): number => {
  for (let index = 0; index < lines.length; index++) {
    const line = bare(lines[index]!)
    if (separators.some((separator) => separator.test(line))) return index
    if (isHeaderBlock(lines, index)) return index
    const introduced = introductionAt(lines, index)
    if (introduced > 0 && restIsQuoted(lines, index + introduced)) return index
  }
  return lines.length
}

/** Longer lines introduce nothing. */
const LINE_LENGTH_MAX = 600

const bare = (line: string): string => line.slice(0, LINE_LENGTH_MAX).replace(/^[\s>*_]+|[\s*_]+$/g, "")

const isQuotation = (lines: ReadonlyArray<string>, index: number, line: string): boolean => {
  if (/^\s*>/.test(line)) return true
  // The introduction of a quotation that is answered in between.
  for (let before = 0; before < INTRODUCTION_LINES_MAX; before++) {
    const start = index - before
    const length = start < 0 ? 0 : introductionAt(lines, start)
    if (length > before && nextText(lines, start + length).startsWith(">")) return true
  }
  return false
}

const separators: ReadonlyArray<RegExp> = [
  /^-{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|originalnachricht|message d'origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|opprinnelig melding|oprindelig meddelelse|ursprungligt meddelande|alkuperäinen viesti|původní zpráva|wiadomość oryginalna|исходное сообщение|原始邮件|原始郵件|元のメッセージ)\s*-{2,}$/iu,
  /^-{5,}\s*reply above (?:this )?line/i,
  /^#+\s*(?:please type your reply above this line|antworten sie bitte über dieser zeile)/i,
  /^_{20,}$/,
  /^-{3,}\s*(?:on|am|le|el|il|op|em|den|dnia) .{5,200}-{3,}$/i
]

/** "From: … Sent: … To: …" as Outlook writes above what it quotes; two known names in three lines. */
const isHeaderBlock = (lines: ReadonlyArray<string>, index: number): boolean => {
  if (
    !/^(?:from|von|de|da|van|från|fra|lähettäjä|od|от|差出人|发件人|寄件者|보낸 사람)\s*[:：]/iu.test(
      bare(lines[index] ?? "")
    )
  )
    return false
  const next = lines.slice(index + 1, index + 6).map(bare)
  return next.some((line) =>
    /^(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|date|à|objet|enviado|enviada|fecha|data|para|asunto|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|lähetetty|päiväys|vastaanottaja|aihe|wysłano|do|temat|отправлено|дата|кому|тема|日時|宛先|件名|发送时间|收件人|主题|보낸 날짜|받는 사람|제목)\s*[:：]/iu.test(
      line
    )
  )
}

/** The length in lines of "On …, … wrote:" beginning here; 0 when none does. */
const introductionAt = (lines: ReadonlyArray<string>, index: number): number => {
  const first = bare(lines[index] ?? "")
  if (first === "" || !mayIntroduce.test(first)) return 0
  let joined = ""
  for (let length = 1; length <= INTRODUCTION_LINES_MAX; length++) {
    const line = lines[index + length - 1]
    if (line === undefined || (length > 1 && bare(line) === "")) return 0
    joined = `${joined} ${bare(line)}`.trim()
    if (joined.length > 500) return 0
    if (introductions.some((introduction) => introduction.test(joined))) return length
  }
  return 0
}

const mayIntroduce =
  /^(?:on|am|le|el|il|op|em|em|den|dnia|w dniu|pada|на|в|le|ons|vào|tir|fre|man|tor|lør|søn|ma|ti|ke|to|pe|la|su|\d{1,4}[.:\-/年]|\p{L}{2,20}[,.]? |[^:]{1,100}<[^>]+@[^>]+>|[^:]{1,100}@)/iu
const introductions: ReadonlyArray<RegExp> = [
  /^on\b.{4,400}\b(?:wrote|writes|said)\s*:$/is,
  /^on\b.{4,400}<[^<>\s]+@[^<>\s]+>\s*wrote$/is,
  /^(?:am|op|den|le|el|il|em|dnia|w dniu|на|в|pada|ons|tir|fre|man|tor|lør|søn|\d).{4,400}(?:schrieb.{0,150}|schreef.{0,150}|skrev.{0,150}|a écrit|escribió|ha scritto|escreveu|napisał(?:\(a\))?.{0,150}|kirjoitti|написал.{0,150}|пишет|menulis.{0,150}|wrote)\s*:$/isu,
  /^.{2,200}(?:@|\d{4}|\d:\d\d).{0,200}(?:wrote|schrieb|schreef|skrev|a écrit|escribió|ha scritto|escreveu|kirjoitti|napisał|написал\(а\)|写道|書きました|님이 작성|napsal\(a\))\s*[:：]$/isu,
  /^.{1,200}<[^<>\s]+@[^<>\s]+>\s*[:：]$/isu
]

const nextText = (lines: ReadonlyArray<string>, from: number): string =>
  lines
    .slice(from)
    .find((line) => line.trim() !== "")
    ?.trim() ?? ""

/** What follows an introduction is the earlier mail, unless quoting marks end and somebody writes on. */
const restIsQuoted = (lines: ReadonlyArray<string>, from: number): boolean => {
  const rest = lines.slice(from).filter((line) => line.trim() !== "")
  const marked = rest.filter((line) => /^\s*>/.test(line)).length
  return (
    marked === 0 ||
    marked === rest.length ||
    rest.slice(marked).every((line, index) => index > SIGNATURE_LINES_MAX || /^\s*>/.test(line))
  )
}

const SIGNATURE_LINES_MAX = 8
const devices =
  /^(?:sent (?:from|via|by|using) (?:my |the |a )?|get outlook for |von meinem .{1,40} gesendet|gesendet (?:von|mit) |diese nachricht wurde von mein|envoyé (?:de|depuis|à partir de) |enviado (?:desde|do|a partir do) |inviato (?:da|dal) |verstuurd vanaf |verzonden (?:met|vanaf) |sendt fra |skickat från |lähetetty |wysłane z |отправлено с |download the official )/iu

const withoutSignature = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const dashes = lines.findIndex(
    (line) => /^(?:--|—)\s?$/.test(line.trimStart()) || /^(?:_{5,}|—{3,})$/.test(line.trim())
  )
  const body = dashes >= 0 && lines.slice(dashes).length <= SIGNATURE_LINES_MAX + 12 ? lines.slice(0, dashes) : lines
  const device = body.findIndex((line) => devices.test(bare(line)))
  return device >= 0 && body.slice(device).filter((line) => line.trim() !== "").length <= SIGNATURE_LINES_MAX
    ? body.slice(0, device)
    : body
}
