import type {
  ConsoleOptions,
  DownloadFileOptions,
  ExecOptions,
  UploadFileOptions,
} from './tool-types.js'
import type { ToolAccess } from './tool-access.js'

/** What a handle can do beside calls; `undefined` where the path has no tool of this name. */
export const toolOf = (name: string, access: ToolAccess): unknown => {
  const tool = tools.get(name)
  return tool?.paths.test(access.path) ? tool.of(access) : undefined
}

interface Tool {
  /** The paths that have it. */
  readonly paths: RegExp
  /** Made for a handle; what it needs is loaded when it is first used. */
  readonly of: (access: ToolAccess) => unknown
}

const guest = /^\/nodes\/[^/]+\/qemu\/[^/]+$/
const storage = /^\/nodes\/[^/]+\/storage\/[^/]+$/
const nodeOrGuest = /^\/nodes\/[^/]+(?:\/(?:qemu|lxc)\/[^/]+)?$/

const tools: ReadonlyMap<string, Tool> = new Map<string, Tool>([
  [
    'exec',
    {
      paths: guest,
      of: (access) => async (command: string | readonly string[], options?: ExecOptions) =>
        (await import('./guest-exec.js')).guestExec(access, command, options),
    },
  ],
  [
    'uploadFile',
    {
      paths: storage,
      of: (access) => async (path: string, options?: UploadFileOptions) =>
        (await import('./storage-files.js')).uploadFile(access, path, options),
    },
  ],
  [
    'downloadFile',
    {
      paths: storage,
      of: (access) => async (url: string, options?: DownloadFileOptions) =>
        (await import('./storage-files.js')).downloadFile(access, url, options),
    },
  ],
  [
    'console',
    {
      paths: nodeOrGuest,
      of: (access) => async (options?: ConsoleOptions) =>
        (await import('./console.js')).openConsole(access, options),
    },
  ],
])
