/** For connectors of mailboxes, whatever the API: MIME taken apart, and what a mail means. */
export * as Draft from "./Draft.ts"
export * as Headers from "./Headers.ts"
export * as Mail from "./Mail.ts"
export * as MailParts from "./MailParts.ts"
export * as Mime from "./Mime.ts"
export * as Quoted from "./Quoted.ts"
export * as Sort from "./Sort.ts"
export * as Thread from "./Thread.ts"
