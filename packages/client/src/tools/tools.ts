import type {
  ConsoleOptions,
  ExecOptions,
  UploadFileOptions,
  DownloadFileOptions,
} from './tool-types.js'
import type { ToolAccess } from './tool-access.js'

/** What handles can do beside calls, by name and by the paths that have it; each is loaded when it is first used. */
export const toolOf = (name: string, access: ToolAccess): unknown => {
  const guest = /^\/nodes\/[^/]+\/qemu\/[^/]+$/
  const storage = /^\/nodes\/[^/]+\/storage\/[^/]+$/
  if (name === 'exec' && guest.test(access.path)) {
    return async (command: string | readonly string[], options?: ExecOptions) =>
      (await import('./guest-exec.js')).guestExec(access, command, options)
  }
  if (name === 'uploadFile' && storage.test(access.path)) {
    return async (path: string, options?: UploadFileOptions) =>
      (await import('./storage-files.js')).uploadFile(access, path, options)
  }
  if (name === 'downloadFile' && storage.test(access.path)) {
    return async (url: string, options?: DownloadFileOptions) =>
      (await import('./storage-files.js')).downloadFile(access, url, options)
  }
  const console = /^\/nodes\/[^/]+(?:\/(?:qemu|lxc)\/[^/]+)?$/
  if (name === 'console' && console.test(access.path)) {
    return async (options?: ConsoleOptions) =>
      (await import('./console.js')).openConsole(access, options)
  }
  return undefined
}
