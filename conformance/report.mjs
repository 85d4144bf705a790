import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * What was found, row by row. Results that did not pass have a `detail`, or an `excuse` where they cannot pass for a
 * reason that is not the simulator's.
 *
 * @typedef {{ name: string, passed: boolean, detail?: string, excuse?: string }} Result
 * @typedef {{ seed: string, client: string, isListed?: boolean }} Head what was run; each of its results is named where listed
 * @typedef {Head & { results: readonly Result[], skipped?: string }} Row
 */
export class Report {
  /** @type {Row[]} */
  #rows = []

  /** @param {Head} row @param {readonly Result[]} results */
  add(row, results) {
    this.#rows.push({ ...row, results })
  }

  /** @param {Head} row @param {string} reason why it was not run at all */
  skip(row, reason) {
    this.#rows.push({ ...row, results: [], skipped: reason })
  }

  get hasFailures() {
    return this.#rows.some(({ results }) => failuresOf(results).length > 0)
  }

  print() {
    const width = Math.max(...this.#rows.map(({ client }) => client.length))
    console.log(`${'seed'.padEnd(8)}${'client'.padEnd(width + 2)}checks`)
    for (const row of this.#rows) {
      console.log(`${row.seed.padEnd(8)}${row.client.padEnd(width + 2)}${summary(row)}`)
      for (const { name, detail } of failuresOf(row.results)) {
        console.log(`        FAILED ${name}: ${detail}`)
      }
      for (const { name, excuse } of excusedOf(row.results)) {
        console.log(`        cannot pass: ${name}: ${excuse}`)
      }
    }
  }

  write() {
    const lines = [
      '# Results',
      '',
      'Written by `npm run conformance`: programs of other people, unmodified, against fresh seeds of the simulator.',
      '',
      '| seed | client | checks |',
      '| --- | --- | --- |',
      ...this.#rows.map((row) => `| ${row.seed} | ${row.client} | ${summary(row)} |`),
    ]
    for (const { title, choose } of [
      { title: 'Failed', choose: failuresOf },
      { title: 'What cannot pass, and why', choose: excusedOf },
    ]) {
      const found = this.#rows.flatMap(({ client, results }) =>
        choose(results).map(
          ({ name, detail, excuse }) => `- ${client}, ${name}: ${oneLine(excuse ?? detail ?? '')}`,
        ),
      )
      if (found.length > 0) lines.push('', `## ${title}`, '', ...found)
    }
    const named = this.#rows.filter(({ isListed, results }) => isListed && results.length > 0)
    for (const { client, results } of named) {
      lines.push('', `## ${client}`, '', '| test function | |', '| --- | --- |')
      lines.push(...results.map((result) => `| ${result.name} | ${word(result)} |`))
    }
    writeFileSync(fileURLToPath(new URL('RESULTS.md', import.meta.url)), `${lines.join('\n')}\n`)
  }
}

function failuresOf(results) {
  return results.filter(({ passed, excuse }) => !passed && excuse === undefined)
}

function excusedOf(results) {
  return results.filter(({ passed, excuse }) => !passed && excuse !== undefined)
}

function summary({ results, skipped }) {
  if (skipped !== undefined) return `skipped: ${skipped}`
  const passed = results.filter((result) => result.passed).length
  const excused = excusedOf(results).length
  const rest = excused > 0 ? `, ${excused} cannot` : ''
  return `${passed} of ${results.length} passed${rest}`
}

function word({ passed, excuse }) {
  if (passed) return 'passed'
  return excuse === undefined ? 'failed' : oneLine(excuse)
}

function oneLine(text) {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300)
}
