import { describe, expect, it } from 'vitest'
import { parseParameters } from './parse-parameters.js'

describe('parameters of a call', () => {
  it('stand as --name value, --name=value or -name value', () => {
    expect(
      parseParameters(['--vmid', '100', '--net0=virtio,bridge=vmbr0', '-name', 'web']),
    ).toEqual({
      vmid: '100',
      net0: 'virtio,bridge=vmbr0',
      name: 'web',
    })
  })

  it('keep every value of a repeated name, in order', () => {
    expect(parseParameters(['--command', 'ls', '--command', '-l'])).toEqual({
      command: ['ls', '-l'],
    })
  })

  it('may have a value that is empty, begins with a dash or has several lines', () => {
    expect(parseParameters(['--delete', '', '--tag=', '--description', '-a\n-b'])).toEqual({
      delete: '',
      tag: '',
      description: '-a\n-b',
    })
  })

  it('need a value', () => {
    expect(() => parseParameters(['--full'])).toThrow('the parameter --full has no value')
  })

  it('refuse a word that is none', () => {
    expect(() => parseParameters(['vmid=100'])).toThrow(
      "'vmid=100' is not a parameter; write them as --name value",
    )
  })
})
