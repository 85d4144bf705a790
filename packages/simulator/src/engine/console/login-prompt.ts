import { Shell } from './shell.js'
import type { Print, TerminalProgram } from './terminal.js'

interface LoginPromptOptions {
  readonly hostname: string
  readonly isPassword: (name: string, password: string) => Promise<boolean>
  readonly print: Print
}

/** Asks for a name and a password before it goes on as a shell. */
export class LoginPrompt implements TerminalProgram {
  readonly #options: LoginPromptOptions
  #shell: Shell | undefined
  #size: readonly [columns: number, rows: number] | undefined
  #name: string | undefined
  #line = ''
  /** Typed while the password is looked at. */
  #ahead: string | undefined

  constructor(options: LoginPromptOptions) {
    this.#options = options
    this.#ask()
  }

  get hasEnded(): boolean {
    return this.#shell?.hasEnded ?? false
  }

  resize(columns: number, rows: number): void {
    this.#size = [columns, rows]
    this.#shell?.resize(columns, rows)
  }

  type(keys: string): void {
    for (const key of keys) {
      if (this.#shell) this.#shell.type(key)
      else if (this.#ahead === undefined) this.#press(key)
      else if (this.#ahead.length < longestLine) this.#ahead += key
    }
  }

  #press(key: string): void {
    const { print } = this.#options
    if (key === '\r' || key === '\n') {
      const line = this.#line
      this.#line = ''
      print('\r\n')
      if (this.#name !== undefined) void this.#check(this.#name, line)
      else if (line === '') this.#ask()
      else {
        this.#name = line
        print('Password: ')
      }
    } else if (key === '\u007F' || key === '\b') {
      if (this.#line !== '' && this.#name === undefined) print('\b \b')
      this.#line = this.#line.slice(0, -1)
    } else if (key >= ' ' && this.#line.length < longestLine) {
      this.#line += key
      if (this.#name === undefined) print(key)
    }
  }

  async #check(name: string, password: string): Promise<void> {
    const { hostname, isPassword, print } = this.#options
    this.#ahead = ''
    const isRight = await isPassword(name, password)
    const typed = this.#ahead
    this.#ahead = undefined
    if (isRight) {
      this.#shell = new Shell({ hostname, user: name, print })
      if (this.#size) this.#shell.resize(...this.#size)
    } else {
      print('\r\nLogin incorrect\r\n')
      this.#ask()
    }
    this.type(typed)
  }

  #ask(): void {
    this.#name = undefined
    this.#options.print(`${this.#options.hostname} login: `)
  }
}

const longestLine = 256
