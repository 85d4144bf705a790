/** A file that is answered in place of data: a handler returns it, and no format applies. */
export class Download {
  readonly content: Buffer
  readonly contentType: string
  readonly contentDisposition: string | undefined
  /** It is sent compressed, whatever the client accepts. */
  readonly compressed: boolean

  constructor(file: {
    readonly content: Buffer
    readonly contentType: string
    readonly contentDisposition?: string
    readonly compressed?: boolean
  }) {
    this.content = file.content
    this.contentType = file.contentType
    this.contentDisposition = file.contentDisposition
    this.compressed = file.compressed ?? false
  }
}
