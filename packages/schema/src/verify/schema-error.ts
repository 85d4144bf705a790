/** The schema itself is wrong, so that no value can be checked against it. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
}
