/** What a method or a schema says under a name. */
export const factOf = (facts: object, name: string): unknown =>
  Object.entries(facts).find(([key]) => key === name)?.[1]
