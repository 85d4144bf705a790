export { StateFileError } from './database.js'
export { openStateFile } from './state-file.js'
export type { StateFile, StateWrite } from './state-file.js'
