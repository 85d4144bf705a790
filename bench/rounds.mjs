/**
 * Measures two things in turn and resolves to their medians. The ratio is the median of the rounds' ratios: what slows
 * the machine for a while slows both sides of a round.
 */
export async function compare({ rounds, ours, theirs }) {
  const results = []
  // The first round warms both up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const result = {}
    const sides = [
      ['ours', ours],
      ['theirs', theirs],
    ]
    for (const [name, measure] of round % 2 ? sides : sides.toReversed()) {
      result[name] = await measure()
    }
    if (round > 0) results.push(result)
  }
  return {
    ours: median(results.map(({ ours }) => ours)),
    theirs: median(results.map(({ theirs }) => theirs)),
    ratio: median(results.map(({ ours, theirs }) => ours / theirs)),
  }
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
