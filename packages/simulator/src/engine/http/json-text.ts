const bodies = new WeakMap<object, Buffer>()
const texts = new WeakMap<object, string>()

/**
 * The JSON of an answer that holds nothing but data. The bytes of a frozen list are kept: it cannot change, and the list
 * of all guests is asked for again and again.
 */
export function jsonBody(data: unknown): string | Buffer {
  if (!Array.isArray(data) || !isKept(data)) return `{"data":${jsonText(data)}}`
  let body = bodies.get(data)
  if (body === undefined) bodies.set(data, (body = Buffer.from(`{"data":${jsonText(data)}}`)))
  return body
}

/** The JSON of data. Text of frozen elements of a list is kept for the same reason. */
export function jsonText(data: unknown): string {
  if (!Array.isArray(data) || !data.some(isKept)) return JSON.stringify(data)
  return `[${data.map(elementText).join(',')}]`
}

function elementText(element: unknown): string {
  // An array has null where JSON has no word for a value.
  if (!isKept(element)) return JSON.stringify(element) ?? 'null'
  let text = texts.get(element)
  if (text === undefined) texts.set(element, (text = JSON.stringify(element)))
  return text
}

function isKept(element: unknown): element is object {
  return typeof element === 'object' && element !== null && Object.isFrozen(element)
}
