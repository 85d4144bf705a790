/** One rule: its properties as text, and what is wrong with it. */
export interface Rule {
  readonly properties: Readonly<Record<string, string>>
  readonly errors?: Readonly<Record<string, string>>
}

export interface Alias {
  readonly name: string
  readonly cidr: string
  readonly ipversion?: 4 | 6
  readonly comment?: string
}

export interface SetEntry {
  readonly cidr: string
  readonly nomatch?: string
  readonly comment?: string
  readonly errors?: Readonly<Record<string, string>>
}

/** A firewall file: that of the cluster, of a node, of a guest or of a virtual network. */
export interface FirewallConfig {
  readonly options: Readonly<Record<string, string>>
  /** By name in lower case; a line that is none stands for an alias without a name. */
  readonly aliases: ReadonlyMap<string, Alias | undefined>
  readonly sets: ReadonlyMap<string, readonly SetEntry[]>
  readonly setComments: ReadonlyMap<string, string>
  readonly rules: readonly Rule[]
  readonly groups: ReadonlyMap<string, readonly Rule[]>
  readonly groupComments: ReadonlyMap<string, string>
}

/** What a rule is for, which decides what it may say. */
export type RuleScope = 'cluster' | 'host' | 'vm' | 'ct' | 'vnet' | 'group'

/** Where names of aliases and sets are looked up: in the cluster's file and in the own one. */
export interface NameSpaces {
  readonly cluster: FirewallConfig | undefined
  readonly own: FirewallConfig | undefined
}

export const noConfig: FirewallConfig = {
  options: {},
  aliases: new Map(),
  sets: new Map(),
  setComments: new Map(),
  rules: [],
  groups: new Map(),
  groupComments: new Map(),
}

export const namePattern = '[A-Za-z][A-Za-z0-9\\-\\_]+'
