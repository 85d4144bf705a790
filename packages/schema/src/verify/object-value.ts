import { isTrue, referenceName, scalarText } from '../perl/scalar.js'

/** An object as it came in; its keys are not to be trusted. */
export type ObjectValue = Record<string, unknown>

export function isObject(value: unknown): value is ObjectValue {
  return referenceName(value) === 'HASH'
}

/** What the object itself holds under a name, nothing that it inherits. */
export function ownValue(object: ObjectValue, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Appends the name of a property to the path of its object. */
export function propertyPath(path: string, name: string): string {
  return isTrue(path) ? `${path}.${name}` : name
}

/** The type that an object declares in its type property. */
export function instanceTypeOf(object: ObjectValue, typeProperty: string): string | undefined {
  const type = ownValue(object, typeProperty)
  return type === undefined || type === null ? undefined : scalarText(type)
}

/** Sets a property of the object itself, whatever it is named. */
export function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') object[name] = value
  else
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
}
