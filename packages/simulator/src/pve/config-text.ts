export { splitList } from '@proxkit/schema'

/** Perl's idea of truth: an empty text and `0` count as not given. */
export function isTrue(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== '0'
}
