/** The connector for a mailbox: IMAP to read, SMTP to send. */
export { Credentials, Settings } from "./credentials.ts"
export { Email } from "./Email.ts"
