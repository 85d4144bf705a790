export { ApidocError, type TextPosition } from './apidoc/apidoc-error.js'
export { parseApidoc } from './apidoc/parse-apidoc.js'
export type {
  ApiRequest,
  ApiResponse,
  Content,
  Interceptor,
  Params,
  ParamValue,
  Transport,
  Upload,
  Verb,
} from './call.js'
export { decodeValue } from './decode-value.js'
export { checkFormat } from './formats/check-format.js'
export { formatDiskSize, parseDiskSize } from './formats/disk-size.js'
export { createDefinition, type Definition, type FoundMethod } from './definition.js'
export { DefinitionFileError, formatDefinition, parseDefinition } from './definition-file.js'
export { identityOf } from './identity-of.js'
export { products } from './products.js'
export { productNames } from './product-names.js'
export { listDefinitions, loadDefinition } from './load-definition.js'
export type {
  DefinitionId,
  Method,
  PermissionCheck,
  Permissions,
  Product,
  Schema,
  SchemaType,
} from './model.js'
export { decodeJson, type DecodedJson } from './perl/decode-json.js'
export { decodeUrlencoded, type DecodedForm } from './perl/decode-urlencoded.js'
export { splitList } from './perl/split-list.js'
export { explainPermission, type PermissionExplanation } from './permissions/explain-permission.js'
export { accessModel, everyPrivilege, type AccessModel } from './permissions/privileges.js'
export type { Requirement } from './permissions/requirement.js'
export type { FormatContext } from './property-string/format-context.js'
export { formatPropertyString, parsePropertyString } from './property-string/property-string.js'
export { PropertyStringError } from './property-string/property-string-error.js'
export type { PropertyStringOptions } from './property-string/read-property-string.js'
export type { PropertyStringValues } from './property-string/shape-validators.js'
export { namedShape } from './property-string/shapes.js'
export { decodeUpid, encodeUpid, type Upid, UpidError } from './upid.js'
export { SchemaError } from './verify/schema-error.js'
export {
  validate,
  type ValidateOptions,
  type Validation,
  type ValidationFailure,
} from './verify/validate.js'
export {
  type Verification,
  type VerifiedValue,
  verifyParameters,
} from './verify/verify-parameters.js'
export {
  describeOperation,
  describeParameter,
  type OperationName,
  type ParameterName,
} from './words/describe.js'
