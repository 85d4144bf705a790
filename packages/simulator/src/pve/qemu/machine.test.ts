import { describe, expect, it } from 'vitest'
import { pinMachine, requireRunnable, requireValidMachine, runningMachine } from './machine.js'

describe('the machine of a guest', () => {
  it.each([
    [undefined, 'win11', 'pc-i440fx-11.0+pve2'],
    ['q35', 'win10', 'pc-q35-11.0+pve2'],
    ['pc-i440fx-9.0', 'win10', 'pc-i440fx-9.0'],
    ['q35', 'l26', 'q35'],
    [undefined, 'l26', undefined],
  ])('%s under %s is stored as %s', (machine, ostype, stored) => {
    expect(pinMachine(machine, { ostype, arch: 'x86_64', log: () => {} })).toBe(stored)
  })

  it.each([
    [{}, 'pc-i440fx-11.0+pve0'],
    [{ machine: 'q35' }, 'pc-q35-11.0+pve0'],
    [{ machine: 'pc-q35-9.2+pve1', ostype: 'l26' }, 'pc-q35-9.2+pve0'],
  ])('of %j runs as %s', (config, machine) => {
    expect(runningMachine(new Map(Object.entries(config)))).toBe(machine)
  })

  it.each([
    [
      'pc-i440fx-99.0',
      "Installed QEMU version '11.0.2' is too old to run machine type 'pc-i440fx-99.0+pve0', please upgrade node 'pve1'",
    ],
    [
      'pc-i440fx-11.0+pve9',
      "Installed qemu-server (max feature level for 11.0 is pve2) is too old to run machine type 'pc-i440fx-11.0+pve9', please upgrade node 'pve1'",
    ],
  ])('%s cannot run', (machine, refusal) => {
    expect(() => requireRunnable(machine, 'pve1')).toThrow(refusal)
  })

  it.each([
    [{ viommu: 'intel', type: 'pc' }, 'to use Intel vIOMMU please set the machine type to q35'],
    [
      { viommu: 'intel', type: 'q35', 'aw-bits': '40' },
      'Intel vIOMMU supports only 39 or 48 bits as address width',
    ],
    [{ 'aw-bits': '39' }, 'cannot set aw-bits if no vIOMMU is configured'],
  ])('%j contradicts itself', (machine, refusal) => {
    expect(() => requireValidMachine(machine)).toThrow(refusal)
  })
})
