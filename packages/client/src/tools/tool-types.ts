import type { Duplex } from 'node:stream'
import type { CallOptions, Task } from '../call-types.js'
import type { ChecksumAlgorithm } from './checksum-algorithms.js'

/** What nodes and guests can do beside the paths below them. */
export interface ConsoleTools {
  /**
   * Opens a terminal: of a virtual machine its serial port, of a container its console, of a node a shell. Whoever
   * writes types, whoever reads sees what the terminal shows.
   */
  console(options?: TerminalOptions): Promise<Terminal>
  /** Opens a screen, which speaks the RFB protocol of VNC. */
  console(options: ScreenOptions): Promise<Screen>
}

export type ConsoleOptions = TerminalOptions | ScreenOptions

export interface TerminalOptions extends Omit<CallOptions, 'upload' | 'decode'> {
  readonly type?: 'terminal'
  /** Parameters of the call `termproxy`, such as the serial port: `{ serial: 'serial1' }`. */
  readonly params?: object
}

export interface ScreenOptions extends Omit<CallOptions, 'upload' | 'decode'> {
  readonly type: 'vnc'
  /** Parameters of the call `vncproxy`, or `vncshell` of a node, such as `{ width: 1024 }`. */
  readonly params?: object
}

/** A terminal, open until it is ended or destroyed, or its signal aborted. */
export interface Terminal extends Duplex {
  /** Tells the program there how large the terminal is; 80 columns by 20 rows at first. */
  resize(columns: number, rows: number): void
}

/** A screen, open until it is ended or destroyed, or its signal aborted. */
export interface Screen extends Duplex {
  /** A secret: what RFB asks for as security type 2. */
  readonly password: string
}

/** What a virtual machine can do beside the paths below it. */
export interface GuestTools extends ConsoleTools {
  /**
   * Runs a program by the guest agent, waits for its end and gives what it printed.
   *
   * A list is the program and its arguments. A string is the name of a program, blanks and all, unless `split` asks to
   * part it as a POSIX shell does.
   */
  exec(command: string | readonly string[], options?: ExecOptions): Promise<ExecResult>
}

export interface ExecOptions {
  /** Parts a string as a POSIX shell does: not for guests that run Windows, whose paths have backslashes. */
  readonly split?: boolean
  /** What the program reads on its standard input: at most 64 KiB. */
  readonly input?: string
  readonly signal?: AbortSignal
  /** Milliseconds to wait for its end; without it there is no limit. */
  readonly timeout?: number
}

/** How a program in a guest ended. */
export interface ExecResult {
  /** `null` where a signal ended it. */
  readonly code: number | null
  readonly signal: number | null
  readonly stdout: string
  readonly stderr: string
  /** The agent keeps only so much of what is printed. */
  readonly isTruncated: boolean
}

/** What a storage of a node can do beside the paths below it. */
export interface StorageTools {
  /** Sends a local file with its checksum; throws a `FileError` where it cannot be read. */
  uploadFile(path: string, options?: UploadFileOptions): Promise<Transfer>
  /**
   * Has the node download a file, with the checksum that is found beside it: `SHA512SUMS` and the like in its
   * directory, then `.sha512` and the like behind its name.
   */
  downloadFile(url: string, options?: DownloadFileOptions): Promise<Transfer>
}

export interface UploadFileOptions {
  /** What the file is; told by its extension if absent. */
  readonly content?: FileContent
  /** Its name in the storage; its own if absent. */
  readonly filename?: string
  /** `sha256` if absent; `false` sends none. */
  readonly checksum?: ChecksumAlgorithm | false
  /** Told so far how many bytes are on their way. */
  readonly onProgress?: (sent: number) => void
  readonly signal?: AbortSignal
}

export interface DownloadFileOptions {
  readonly content?: FileContent
  /** Its name in the storage; if absent the one that the node is told, or that of the URL. */
  readonly filename?: string
  /** A checksum that is known already, `false` for none, `required` to fail where none is found. */
  readonly checksum?: Checksum | 'required' | false
  /** How the file is compressed, so that the node unpacks it: `gz`, `zst`, … */
  readonly compression?: string
  readonly verifyCertificates?: boolean
  readonly signal?: AbortSignal
}

export type FileContent = 'iso' | 'vztmpl' | 'import'

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  /** In hexadecimal digits. */
  readonly digest: string
}

/** A file on its way into a storage. */
export interface Transfer {
  readonly task: Task
  /** What the file is called once the task is done. */
  readonly volid: string
  /** What the node compares it with; absent if there is none. */
  readonly checksum: Checksum | undefined
}
