import type { Print, TerminalProgram } from './terminal.js'

interface ShellOptions {
  readonly hostname: string
  readonly user: string
  readonly print: Print
}

/** A shell that knows a handful of commands, for whoever types at a simulated terminal. */
export class Shell implements TerminalProgram {
  hasEnded = false
  readonly #options: ShellOptions
  #line = ''
  // pve-xtermjs termproxy/src/main.rs: run_pty
  #columns = 80
  #rows = 20

  constructor(options: ShellOptions) {
    this.#options = options
    this.#prompt()
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns
    this.#rows = rows
  }

  type(keys: string): void {
    for (const key of keys) {
      if (this.hasEnded) return
      this.#press(key)
    }
  }

  #press(key: string): void {
    if (key === '\r' || key === '\n') {
      this.#print('\r\n')
      this.#run(this.#line.trim())
      this.#line = ''
      if (!this.hasEnded) this.#prompt()
    } else if (key === '\u007F' || key === '\b') {
      if (this.#line === '') return
      this.#line = this.#line.slice(0, -1)
      this.#print('\b \b')
    } else if (key === '\u0003') {
      this.#line = ''
      this.#print('^C\r\n')
      this.#prompt()
    } else if (key === '\u0004') {
      if (this.#line === '') this.#leave()
    } else if (key >= ' ' && this.#line.length < longestLine) {
      this.#line += key
      this.#print(key)
    }
  }

  #run(line: string): void {
    const [command = '', ...words] = line.split(/\s+/)
    if (command === '') return
    if (command === 'exit' || command === 'logout') {
      this.#leave()
      return
    }
    this.#print(this.#commands.get(command)?.(words) ?? `-bash: ${command}: command not found\r\n`)
  }

  readonly #commands: ReadonlyMap<string, (words: readonly string[]) => string> = new Map([
    ['clear', () => '\u001B[H\u001B[2J'],
    ['echo', (words: readonly string[]) => `${words.join(' ')}\r\n`],
    ['help', () => `${[...this.#commands.keys()].join(' ')} exit\r\n`],
    ['hostname', () => `${this.#options.hostname}\r\n`],
    ['pwd', () => `${this.#options.user === 'root' ? '/root' : `/home/${this.#options.user}`}\r\n`],
    [
      'stty',
      (words: readonly string[]) =>
        words[0] === 'size' ? `${this.#rows} ${this.#columns}\r\n` : '',
    ],
    ['uname', () => 'Linux\r\n'],
    ['whoami', () => `${this.#options.user}\r\n`],
  ])

  #leave(): void {
    this.#print('logout\r\n')
    this.hasEnded = true
  }

  #prompt(): void {
    const { hostname, user } = this.#options
    this.#print(`${user}@${hostname}:~${user === 'root' ? '#' : '$'} `)
  }

  #print(text: string): void {
    this.#options.print(text)
  }
}

const longestLine = 4096
