const texts = new WeakMap<object, string>()

/**
 * The JSON of an answer. Text of a frozen list and of frozen elements of a list is kept: they cannot change, and lists of
 * guests are asked for again and again.
 */
export function jsonText(data: unknown): string {
  if (!Array.isArray(data) || !isKept(data)) return listText(data)
  let text = texts.get(data)
  if (text === undefined) texts.set(data, (text = listText(data)))
  return text
}

function listText(data: unknown): string {
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
