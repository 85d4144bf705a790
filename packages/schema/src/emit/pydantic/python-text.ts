/** A text as a Python literal. */
export const literal = (text: string): string => JSON.stringify(text)

/** A name of the API as an identifier for a field of a model. */
export function fieldName(name: string): string {
  const identifier = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^_+/, '')
  if (/^\d|^$/.test(identifier)) return `field_${identifier}`
  return reserved.has(identifier) ? `${identifier}_` : identifier
}

/** Keywords, what the printed annotations use, and what a model has already. */
const reserved = new Set([
  ...'False None True and as assert async await break class continue def del elif else except'.split(
    ' ',
  ),
  ...'finally for from global if import in is lambda nonlocal not or pass raise return try'.split(
    ' ',
  ),
  ...'while with yield bool dict float int list str'.split(' '),
  ...'construct copy dict from_orm json parse_file parse_obj parse_raw schema schema_json'.split(
    ' ',
  ),
  ...'update_forward_refs validate to_params'.split(' '),
  ...'model_computed_fields model_config model_construct model_copy model_dump'.split(' '),
  ...'model_dump_json model_extra model_fields model_fields_set model_json_schema'.split(' '),
  ...'model_parametrized_name model_post_init model_rebuild model_validate'.split(' '),
  ...'model_validate_json model_validate_strings'.split(' '),
])
