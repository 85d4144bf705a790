import { describe, expect, it } from 'vitest'
import { type Known, parseOptions } from './parse-options.js'

const known: Known = {
  vmid: { type: 'integer' },
  full: { type: 'boolean' },
  force: { type: 'boolean' },
  description: { type: 'string' },
  command: { type: 'array' },
  vmids: { type: 'string', format: 'pve-vmid-list' },
}

describe('options of pvesh', () => {
  it.each([
    [['-vmid', '100'], { vmid: '100' }],
    [['--vmid=100', '--description='], { vmid: '100', description: '' }],
    [['--description', '-x'], { description: '-x' }],
    [['--full'], { full: '1' }],
    [['--full', '--force', 'off'], { full: '1', force: '0' }],
    [['--FU', 'yes'], { full: '1' }],
    [['--desc', 'a', '--desc', 'b'], { description: 'b' }],
    [['-command', 'ls', '-command', '-l'], { command: ['ls', '-l'] }],
    [['--vmids', '100', '--vmids', '101'], { vmids: '100,101' }],
  ])('%j', (words, options) => {
    expect(parseOptions(words, known)).toEqual({ options, words: [] })
  })

  it('leaves other words in order', () => {
    const words = ['a', '--vmid', '1', 'b', '--', '--full']
    expect(parseOptions(words, known)).toEqual({
      options: { vmid: '1' },
      words: ['a', 'b', '--full'],
    })
  })

  it.each([
    [['--nope', '1'], 'Unknown option: nope\n400 unable to parse option\n'],
    [['--f'], 'Option f is ambiguous (force, full)\n400 unable to parse option\n'],
    [['--vmid'], 'Option vmid requires an argument\n400 unable to parse option\n'],
    [['--full', 'maybe'], '400 unable to parse boolean option\n'],
  ])('refuses %j', (words, message) => {
    expect(() => parseOptions(words, known)).toThrow(message)
  })
})
